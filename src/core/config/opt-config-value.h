/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config.h"

G_BEGIN_DECLS

/*
 * What texts mean, kind by kind: pure functions of the text (and the environment, for paths). Each
 * returns FALSE and leaves the place alone when the text is not allowed; an empty text never gets
 * here. Nobody outside this folder includes this.
 */
gboolean opt_config_value_bool (const char *text,
                                gboolean   *place);
gboolean opt_config_value_duration (const char *text,
                                    gint64     *seconds);
gboolean opt_config_value_retention (const char *text,
                                     gint64     *seconds,
                                     gint64     *bytes);
gboolean opt_config_value_users (const char *text,
                                 GPtrArray **users);
gboolean opt_config_value_receive (const char *text,
                                   OptReceive *place);
gboolean opt_config_value_roles (const char  *text,
                                 OptBotRoles *place);
gboolean opt_config_value_path (const char        *text,
                                const char *const *environment,
                                char             **place);
gboolean opt_config_value_paths (const char        *text,
                                 const char *const *environment,
                                 char            ***place);
gboolean opt_config_value_api_root (const char *text,
                                    char      **place,
                                    gboolean   *is_plain,
                                    gboolean   *had_token);
gboolean opt_config_value_proxy (const char *text,
                                 char      **place);
gboolean opt_config_value_bus_url (const char *text,
                                   char      **place);

void opt_valid_user_free (OptValidUser *self);

G_END_DECLS
