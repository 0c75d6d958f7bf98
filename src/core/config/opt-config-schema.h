/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config.h"

G_BEGIN_DECLS

/* Where a value goes; known to this folder alone. */
typedef struct _OptConfigTarget OptConfigTarget;

/**
 * OptConfigKey:
 * @key: `group.key`; `bot.*.receive` stands for every bot, `interpreters.*` for every suffix
 * @type: one word, for forms: bool, paths, chat, name, path, url, seconds, users, proxy, retention,
 *   chats, enum, roles, text or command
 * @fallback: what counts when it is not set; empty for nothing, or for what depends on the machine
 * @allowed: what it takes, as a phrase that goes on from "give "
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

  /*< private >*/
  gboolean (*apply) (OptConfigTarget *target,
                     const char      *text);
} OptConfigKey;

const OptConfigKey *opt_config_schema_list (guint *n_keys);
const OptConfigKey *opt_config_schema_find (const char *key);
char               *opt_config_schema_suggest (const char *key);
gboolean            opt_config_schema_check (const char *key,
                                             const char *value,
                                             GError    **error);

G_END_DECLS
