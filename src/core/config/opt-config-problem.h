/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define OPT_TYPE_CONFIG_PROBLEM (opt_config_problem_get_type ())

/**
 * OptConfigProblem:
 * @line: from 1; 0 when the file as a whole is meant
 * @column: from 1, in characters: where the value (else the key) begins; 0 when the line as a
 *   whole is meant
 * @key: (nullable): `group.key`, as far as it is known
 * @message: what is wrong and what is allowed, without a trailing stop
 *
 * One thing that is wrong with the configuration file. Immutable and atomically refcounted.
 */
typedef struct
{
  guint line;
  guint column;
  char *key;     /* (owned) */
  char *message; /* (owned) */
} OptConfigProblem;

GType             opt_config_problem_get_type (void) G_GNUC_CONST;
OptConfigProblem *opt_config_problem_new (guint       line,
                                          guint       column,
                                          const char *key,
                                          const char *message);
OptConfigProblem *opt_config_problem_ref (OptConfigProblem *self);
void              opt_config_problem_unref (OptConfigProblem *self);
gboolean          opt_config_problem_equal (const OptConfigProblem *a,
                                            const OptConfigProblem *b);

/* Lists of problems are GPtrArray that own a reference on each. */
GPtrArray *opt_config_problem_list_new (void);
gboolean   opt_config_problem_list_equal (GPtrArray *a,
                                          GPtrArray *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptConfigProblem, opt_config_problem_unref)

G_END_DECLS
