/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config.h"

G_BEGIN_DECLS

/**
 * OptConfigKey:
 * @key: `group.key`; `bot.*.receive` stands for every bot, `interpreters.*` for every suffix
 * @type: one word for forms: bool, int, seconds, retention, name, users, chat, chats, url,
 *   path, paths, enum, roles, text, command
 * @fallback: what counts when it is not set, as text
 * @allowed: what it takes, as a phrase for a person
 * @meaning: what it is for, in one phrase
 *
 * What is known about one key: for forms, `config check` and documentation.
 */
typedef struct
{
  const char *key;
  const char *type;
  const char *fallback;
  const char *allowed;
  const char *meaning;
} OptConfigKey;

const OptConfigKey *opt_config_schema_list (guint *n_keys);
const OptConfigKey *opt_config_schema_find (const char *key);
char               *opt_config_schema_suggest (const char *key);
gboolean            opt_config_schema_check (const char *key,
                                             const char *value,
                                             GError    **error);

G_END_DECLS
