/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-task-parameter.h"

G_BEGIN_DECLS

/**
 * OptParameterDraft:
 *
 * A parameter while its group is read: it can be judged only once its type is known.
 */
typedef struct _OptParameterDraft OptParameterDraft;

OptParameterDraft *opt_parameter_draft_new (const char *file, guint line, const char *name);
void               opt_parameter_draft_free (OptParameterDraft *self);
void               opt_parameter_draft_set (OptParameterDraft *self,
                                            guint              line,
                                            const char        *key,
                                            const char        *value,
                                            GPtrArray         *problems);
OptTaskParameter  *opt_parameter_draft_end (OptParameterDraft *self, GPtrArray *problems);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptParameterDraft, opt_parameter_draft_free)

G_END_DECLS
