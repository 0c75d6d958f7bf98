/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-task-error.h"

G_BEGIN_DECLS

#define OPT_TASK_CALL_MAX 8192

/* `report.vm91 days=7 "name=a b" title="x y"`. @robot: (out) (nullable): NULL when none is
 * named; @parameters: (out) (element-type utf8 utf8): never NULL. All are the caller's. */
gboolean opt_task_parse_call (const char  *text,
                              char       **task,
                              char       **robot,
                              GHashTable **parameters,
                              GError     **error);
/* `report.vm91` alone: after the last dot stands the robot. */
gboolean opt_task_parse_address (const char *text,
                                 char      **task,
                                 char      **robot,
                                 GError    **error);
/* Adds `days=7` to @parameters; a name given twice is an error. */
gboolean    opt_task_parse_parameter (const char *text,
                                      GHashTable *parameters,
                                      GError    **error);
GHashTable *opt_task_parameters_new (void);

G_END_DECLS
