/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * OptSandboxUser:
 * @id: the user's id
 * @is_bot: whether it is a bot
 * @fields: (owned): all known members of the User object
 * @json: (owned): @fields as text, ready to be put into messages
 *
 * A Telegram user as one bot knows them.
 */
typedef struct
{
  gint64      id;
  gboolean    is_bot;
  JsonObject *fields;
  char       *json;
} OptSandboxUser;

OptSandboxUser *opt_sandbox_user_new (gint64 id);
void            opt_sandbox_user_free (OptSandboxUser *self);
void            opt_sandbox_user_update (OptSandboxUser *self,
                                         JsonObject     *fields);
void            opt_sandbox_user_set (OptSandboxUser *self,
                                      const char     *member,
                                      const char     *value);
const char     *opt_sandbox_user_get (OptSandboxUser *self,
                                      const char     *member);

G_END_DECLS
