/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config-schema.h"

G_BEGIN_DECLS

/*
 * What the apply functions of the schema write to. @bot is set for `bot.*` keys, @suffix for
 * `interpreters.*`. They may leave a sentence of their own: with FALSE it stands for the one made
 * of what is allowed, with TRUE it is a problem though the value counts.
 */
struct _OptConfigTarget
{
  OptConfig         *config;
  OptBotConfig      *bot;
  const char        *suffix;
  const char *const *environment;
  char              *message; /* (owned) */
};

/* A configuration of defaults that may still be written to. */
OptConfig *opt_config_new_empty (const OptConfigSurroundings *surroundings);

/* Adds the bots of TELEGRAM_BOT_CONFIGS, TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_IDS. */
void opt_config_add_environment_bots (OptConfig         *self,
                                      const char *const *environment,
                                      GPtrArray         *problems);

/* What is wrong with a value, with the value in it unless it might be a secret. */
char *opt_config_describe_bad (const OptConfigKey *row,
                               const char         *value);

gboolean opt_config_schema_knows_group (const char *key);

G_END_DECLS
