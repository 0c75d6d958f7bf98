/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define OPT_TASK_VALUE_MAX 4096

typedef enum {
  OPT_TASK_TYPE_INT,
  OPT_TASK_TYPE_NUMBER,
  OPT_TASK_TYPE_TEXT,
  OPT_TASK_TYPE_CHOICE,
  OPT_TASK_TYPE_DATE,
  OPT_TASK_TYPE_PATH,
  OPT_TASK_TYPE_BOOL,
} OptTaskType;

/**
 * OptTaskParameter:
 * @name: as the manifest spells it; names compare without case
 * @description: (nullable): what it is for
 * @type: what kind of value
 * @required: whether it must be given
 * @default_value: (nullable): what counts when it is not given, as the manifest spells it
 * @min: (nullable): the least number or earliest date, or of a text the least number of
 *   characters
 * @max: (nullable): likewise the most
 * @pattern: (nullable): a regular expression that the whole value must match
 * @choices: (nullable): what it may be
 *
 * One parameter of a task. Immutable.
 */
typedef struct
{
  char       *name;        /* (owned) */
  char       *description; /* (owned) */
  OptTaskType type;
  gboolean    required;
  char       *default_value; /* (owned) */
  char       *min;           /* (owned) */
  char       *max;           /* (owned) */
  char       *pattern;       /* (owned) */
  char      **choices;       /* (owned) */
  /*< private >*/
  GRegex *regex; /* (owned) */
} OptTaskParameter;

OptTaskParameter *opt_task_parameter_ref (OptTaskParameter *self);
void              opt_task_parameter_unref (OptTaskParameter *self);
gboolean          opt_task_parameter_equal (const OptTaskParameter *a,
                                            const OptTaskParameter *b);
const char       *opt_task_type_to_string (OptTaskType type);
gboolean          opt_task_type_from_string (const char  *text,
                                             OptTaskType *type);

/* The value in its one spelling, or NULL with OPT_TASK_ERROR_ILL_TYPED: `today` becomes a
 * date, `Yes` `true`, `~/` the home folder. @now is microseconds since 1970. */
char *opt_task_parameter_check (const OptTaskParameter *self,
                                const char             *value,
                                gint64                  now,
                                GError                **error);
/* What is allowed, as a phrase: "a whole number from 1 to 365". */
char *opt_task_parameter_describe (const OptTaskParameter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptTaskParameter, opt_task_parameter_unref)

G_END_DECLS
