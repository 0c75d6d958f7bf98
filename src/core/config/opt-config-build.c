/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config.h"

#include <string.h>

#include "opt-config-build.h"
#include "opt-config-value.h"
#include "opt-id.h"
#include "opt-redact.h"

/* A file with more mistakes than that is not mended by reading about each of them. */
#define PROBLEMS_MAX 200

#define BOT_PREFIX          "bot."
#define INTERPRETERS_PREFIX "interpreters."

/* What one reading works on. */
typedef struct
{
  OptConfigFile  *file;
  OptConfig      *config;
  OptConfig      *previous; /* NULL at start */
  GPtrArray      *problems;
  OptConfigTarget target;
} Builder;

static gboolean
is_full (Builder *builder)
{
  return builder->problems->len >= PROBLEMS_MAX;
}

static void
add_problem_at (Builder    *builder,
                guint       line,
                guint       column,
                const char *key,
                const char *message)
{
  if (!is_full (builder))
    g_ptr_array_add (builder->problems, opt_config_problem_new (line, column, key, message));
}

static void
add_problem (Builder              *builder,
             const OptConfigEntry *entry,
             const char           *message)
{
  add_problem_at (builder, entry->line, entry->column, entry->key, message);
}

/* Applies a text; keeps it as the good one when it is. */
static gboolean
apply (Builder            *builder,
       const OptConfigKey *row,
       const char         *key,
       const char         *text)
{
  const char *counts = text;

  if (!row->apply (&builder->target, text))
    return FALSE;

  /* Without the bot token that may have been in it. */
  if (strcmp (row->key, "telegram.api_root") == 0)
    counts = builder->config->api_root;
  g_hash_table_replace (builder->config->texts, opt_name_fold (key), g_strdup (counts));
  return TRUE;
}

/* Sets one key: by its line, else, when that is bad, by the last good value, else by default. */
static void
read_key (Builder            *builder,
          const OptConfigKey *row,
          const char         *key)
{
  g_autofree char *folded = NULL;
  g_autofree char *message = NULL;
  OptConfigEntry   entry = { 0 };
  const char      *last_good;
  gboolean         is_good = FALSE;

  if (!opt_config_file_find (builder->file, key, &entry))
    return;
  if (entry.value != NULL && *entry.value == '\0')
    return;

  if (entry.value != NULL)
    {
      is_good = apply (builder, row, key, entry.value);
      message = g_steal_pointer (&builder->target.message);
      if (!is_good && message == NULL)
        message = opt_config_describe_bad (row, entry.value);
      if (message != NULL)
        add_problem (builder, &entry, message);
    }
  if (is_good || builder->previous == NULL)
    return;

  folded = opt_name_fold (key);
  last_good = g_hash_table_lookup (builder->previous->texts, folded);
  if (last_good != NULL)
    apply (builder, row, key, last_good);
  g_clear_pointer (&builder->target.message, g_free);
}

static void
read_plain_keys (Builder *builder)
{
  const OptConfigKey *keys;
  guint               n_keys;

  keys = opt_config_schema_list (&n_keys);
  for (guint i = 0; i < n_keys; i++)
    if (strchr (keys[i].key, '*') == NULL)
      read_key (builder, &keys[i], keys[i].key);
}

static void
read_bot (Builder    *builder,
          const char *name)
{
  OptBotConfig       *bot = opt_bot_config_new (name, OPT_BOT_SOURCE_CONFIG);
  const OptConfigKey *keys;
  guint               n_keys;

  builder->target.bot = bot;
  keys = opt_config_schema_list (&n_keys);
  for (guint i = 0; i < n_keys; i++)
    {
      g_autofree char *key = NULL;

      if (!g_str_has_prefix (keys[i].key, "bot.*."))
        continue;
      key = g_strconcat (BOT_PREFIX, bot->folded, keys[i].key + strlen ("bot.*"), NULL);
      read_key (builder, &keys[i], key);
    }
  builder->target.bot = NULL;
  g_ptr_array_add (builder->config->bots, bot);
}

/* One header or one flat key that names a bot; @seen has folded name → 1 + line of its header. */
static void
see_bot (Builder    *builder,
         GHashTable *seen,
         const char *name,
         guint       line,
         guint       column,
         gboolean    is_header)
{
  g_autofree char *folded = opt_name_fold (name);
  g_autofree char *message = NULL;
  gpointer         before = NULL;
  gboolean         known = g_hash_table_lookup_extended (seen, folded, NULL, &before);

  if (is_header && known && GPOINTER_TO_UINT (before) > 0)
    message = g_strdup_printf ("this bot has a group already, in line %u: names compare without "
                               "case, so both count as one",
                               GPOINTER_TO_UINT (before));
  else if (!known && !opt_name_is_valid (name))
    message = g_strdup ("a bot's name has 1 to 64 letters, digits, - and _: [bot main]");
  if (message != NULL)
    {
      g_autofree char *key = g_strconcat (BOT_PREFIX, name, NULL);

      add_problem_at (builder, line, column, key, message);
    }
  if (!known)
    {
      if (opt_name_is_valid (name))
        read_bot (builder, name);
      g_hash_table_insert (seen, g_steal_pointer (&folded),
                           GUINT_TO_POINTER (is_header ? line : 0));
    }
}

static void
read_bots (Builder *builder)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) groups = opt_config_file_list_groups (builder->file);
  g_autoptr (GArray) entries = opt_config_file_list_entries (builder->file);

  for (guint i = 0; i < groups->len; i++)
    {
      const OptConfigGroup *group = &g_array_index (groups, OptConfigGroup, i);

      if (g_ascii_strncasecmp (group->name, BOT_PREFIX, strlen (BOT_PREFIX)) == 0)
        see_bot (builder, seen, group->name + strlen (BOT_PREFIX), group->line, group->column,
                 TRUE);
      else if (opt_name_equal (group->name, "bot"))
        see_bot (builder, seen, "", group->line, group->column, TRUE);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      const OptConfigEntry *entry = &g_array_index (entries, OptConfigEntry, i);
      const char           *last = strrchr (entry->key, '.');
      g_autofree char      *name = NULL;

      if (g_ascii_strncasecmp (entry->key, BOT_PREFIX, strlen (BOT_PREFIX)) != 0 ||
          last - entry->key < (gssize)strlen (BOT_PREFIX))
        continue;
      name = g_strndup (entry->key + strlen (BOT_PREFIX),
                        (gsize)(last - entry->key) - strlen (BOT_PREFIX));
      see_bot (builder, seen, name, entry->line, entry->key_column, FALSE);
    }
}

static gboolean
is_bot_of_bad_name (const char *key)
{
  g_auto (GStrv) parts = g_strsplit (key, ".", 3);

  return g_ascii_strcasecmp (parts[0], "bot") == 0 && g_strv_length (parts) == 3 &&
         !opt_name_is_valid (parts[1]);
}

/* A slip in a key would go unnoticed for long; keys of foreign groups are nobody's business. */
static void
check_unknown_key (Builder              *builder,
                   const OptConfigEntry *entry)
{
  g_autofree char *likely = NULL;
  g_autofree char *message = NULL;

  if (is_full (builder))
    return;

  likely = opt_config_schema_suggest (entry->key);
  if (likely != NULL)
    message = g_strdup_printf ("nothing reads this key: did you mean %s?", likely);
  else if (opt_config_schema_knows_group (entry->key) && !is_bot_of_bad_name (entry->key))
    message = g_strdup ("nothing reads this key; it is kept as it is");
  if (message != NULL)
    add_problem_at (builder, entry->line, entry->key_column, entry->key, message);
}

static void
read_other_keys (Builder *builder)
{
  g_autoptr (GArray) entries = opt_config_file_list_entries (builder->file);

  for (guint i = 0; i < entries->len; i++)
    {
      const OptConfigEntry *entry = &g_array_index (entries, OptConfigEntry, i);
      const OptConfigKey   *row = opt_config_schema_find (entry->key);

      if (row == NULL)
        check_unknown_key (builder, entry);
      else if (g_str_has_prefix (row->key, INTERPRETERS_PREFIX))
        {
          builder->target.suffix = entry->key + strlen (INTERPRETERS_PREFIX);
          read_key (builder, row, entry->key);
        }
      if (entry->value != NULL && opt_redact_is_needed (entry->value) &&
          (row == NULL || strcmp (row->key, "telegram.api_root") != 0))
        add_problem (builder, entry,
                     "a bot token does not belong in this file, where others may see it: take it "
                     "out and hand it over with optimusctl bot add NAME");
    }
}

static void
check_notice_bot (Builder *builder)
{
  OptConfig     *config = builder->config;
  OptConfigEntry entry = { 0 };

  if (*config->notify_id == '\0' || config->notify_chat != NULL ||
      opt_config_find_bot (config, config->notify_id) != NULL ||
      !opt_config_file_find (builder->file, "notifications.id", &entry))
    return;
  add_problem (builder, &entry,
               "this is neither a chat nor the name of a bot that is set up: give a chat "
               "(1234567, -1001234567890 or @channel) or add [bot NAME]");
}

static void
index_users (OptConfig *self)
{
  self->ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->valid_users->len; i++)
    {
      OptValidUser *user = self->valid_users->pdata[i];

      if (user->name != NULL)
        g_hash_table_add (self->names, user->name);
      else
        g_hash_table_add (self->ids, &user->id);
    }
}

static int
compare_problems (gconstpointer a,
                  gconstpointer b)
{
  const OptConfigProblem *one = *(const OptConfigProblem *const *)a;
  const OptConfigProblem *other = *(const OptConfigProblem *const *)b;

  if (one->line != other->line)
    return one->line < other->line ? -1 : 1;
  if (one->column != other->column)
    return one->column < other->column ? -1 : 1;
  return strcmp (one->message, other->message);
}

/**
 * opt_config_new_from_file:
 * @file: what was read
 * @surroundings: what defaults depend on
 * @previous: (nullable): the configuration so far, NULL at start
 * @problems: (element-type OptConfigProblem): list that what is wrong is added to, by line; some
 *   two hundred at most
 *
 * Gives the lines of a file their meaning. This never fails: a line that is bad counts as what
 * @previous has for its key, else as its default (so a bad `telegram.valid_user` is nobody), and
 * becomes a problem. No file is touched, and any thread may call this.
 *
 * Returns: (transfer full): the configuration
 */
OptConfig *
opt_config_new_from_file (OptConfigFile               *file,
                          const OptConfigSurroundings *surroundings,
                          OptConfig                   *previous,
                          GPtrArray                   *problems)
{
  OptConfig *self;
  Builder    builder = { .file = file, .previous = previous, .problems = problems };
  GPtrArray *form;

  g_return_val_if_fail (file != NULL && surroundings != NULL && problems != NULL, NULL);

  self = opt_config_new_empty (surroundings);
  builder.config = self;
  builder.target.config = self;
  builder.target.environment = surroundings->environment;

  form = opt_config_file_get_problems (file);
  for (guint i = 0; i < form->len; i++)
    g_ptr_array_add (problems, opt_config_problem_ref (form->pdata[i]));

  read_plain_keys (&builder);
  read_bots (&builder);
  read_other_keys (&builder);
  opt_config_add_environment_bots (self, surroundings->environment, problems);
  check_notice_bot (&builder);
  index_users (self);
  g_ptr_array_sort (problems, compare_problems);
  return self;
}
