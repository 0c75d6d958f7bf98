/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-task.h"

G_BEGIN_DECLS

/* Steps from a request to what is executed; each also fails with OPT_TASK_ERROR_PROBLEMS. None
 * of them blocks but opt_task_build_argv(), which looks at files. */

gboolean opt_task_check_runnable (OptTask *self,
                                  GError **error);
/* @origin_kind: telegram, cli, launcher, schedule, bus or rest */
gboolean opt_task_check_policy (OptTask    *self,
                                const char *origin_kind,
                                GError    **error);
/* @given: (nullable) (element-type utf8 utf8); @checked: (out) (transfer full) (element-type
 * utf8 utf8): names as the manifest spells them, values in their one spelling, defaults filled
 * in; checking it again changes nothing. */
gboolean opt_task_check_parameters (OptTask     *self,
                                    GHashTable  *given,
                                    gint64       now,
                                    GHashTable **checked,
                                    GError     **error);
/* @checked: what opt_task_check_parameters() returned; @path: (nullable): folders as in $PATH */
char **opt_task_build_argv (OptTask    *self,
                            GHashTable *checked,
                            const char *path,
                            GError    **error);
/* `OPTIMUS_PARAM_NAME=value` each. */
char **opt_task_build_environment (OptTask    *self,
                                   GHashTable *checked);

G_END_DECLS
