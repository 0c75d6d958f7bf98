/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-schema.h"

#include <string.h>

#include "opt-config-build.h"
#include "opt-config-value.h"
#include "opt-id.h"
#include "opt-redact.h"
#include "opt-text.h"

/* Older commands than a week's are of no use to anybody. */
#define FRESH_MAX (7 * 24 * 3600)

#define DESCRIPTION_MAX 1024

static gboolean
apply_run_telegram (OptConfigTarget *target,
                    const char      *text)
{
  return opt_config_value_bool (text, &target->config->run_telegram);
}

static gboolean
apply_tasks_dir (OptConfigTarget *target,
                 const char      *text)
{
  return opt_config_value_paths (text, target->environment, &target->config->tasks_dirs);
}

static gboolean
apply_notify_activate (OptConfigTarget *target,
                       const char      *text)
{
  return opt_config_value_bool (text, &target->config->notify_activate);
}

static gboolean
apply_notify_id (OptConfigTarget *target,
                 const char      *text)
{
  OptConfig *config = target->config;
  g_autoptr (OptChatRef) chat = opt_chat_ref_parse (text, NULL);

  if (chat == NULL && !opt_name_is_valid (text))
    return FALSE;
  g_free (config->notify_id);
  config->notify_id = g_strdup (text);
  g_clear_pointer (&config->notify_chat, opt_chat_ref_unref);
  config->notify_chat = g_steal_pointer (&chat);
  return TRUE;
}

static gboolean
apply_robot_id (OptConfigTarget *target,
                const char      *text)
{
  if (!opt_name_is_valid (text))
    return FALSE;
  g_free (target->config->robot_id);
  target->config->robot_id = g_strdup (text);
  return TRUE;
}

static gboolean
apply_token_dir_primary (OptConfigTarget *target,
                         const char      *text)
{
  return opt_config_value_path (text, target->environment, &target->config->token_dir_primary);
}

static gboolean
apply_token_dir_secondary (OptConfigTarget *target,
                           const char      *text)
{
  return opt_config_value_path (text, target->environment, &target->config->token_dir_secondary);
}

static gboolean
apply_bus_url (OptConfigTarget *target,
               const char      *text)
{
  return opt_config_value_bus_url (text, &target->config->bus_url);
}

static gboolean
apply_fresh_seconds (OptConfigTarget *target,
                     const char      *text)
{
  gint64 seconds;

  if (!opt_config_value_duration (text, &seconds) || seconds > FRESH_MAX)
    return FALSE;
  target->config->fresh_seconds = seconds;
  return TRUE;
}

static gboolean
apply_valid_user (OptConfigTarget *target,
                  const char      *text)
{
  return opt_config_value_users (text, &target->config->valid_users);
}

static gboolean
apply_api_root_insecure (OptConfigTarget *target,
                         const char      *text)
{
  return opt_config_value_bool (text, &target->config->api_root_insecure);
}

/* Stands behind api_root_insecure in the table, so that it is known here. */
static gboolean
apply_api_root (OptConfigTarget *target,
                const char      *text)
{
  g_autofree char *root = NULL;
  gboolean         is_plain, had_token;

  if (!opt_config_value_api_root (text, &root, &is_plain, &had_token))
    return FALSE;
  if (is_plain && !target->config->api_root_insecure)
    {
      target->message = g_strdup ("http:// beyond this machine lets everybody on the way read the "
                                  "bot token: give https://…, or set "
                                  "telegram.api_root_insecure=True first");
      return FALSE;
    }
  if (had_token)
    target->message = g_strdup ("there is a bot token in this URL, where others may see it: end "
                                "the URL before /bot");
  g_free (target->config->api_root);
  target->config->api_root = g_steal_pointer (&root);
  return TRUE;
}

static gboolean
apply_ca_file (OptConfigTarget *target,
               const char      *text)
{
  return opt_config_value_path (text, target->environment, &target->config->ca_file);
}

static gboolean
apply_proxy (OptConfigTarget *target,
             const char      *text)
{
  return opt_config_value_proxy (text, &target->config->proxy);
}

static gboolean
apply_pacing (OptConfigTarget *target,
              const char      *text)
{
  return opt_config_value_bool (text, &target->config->pacing);
}

static gboolean
apply_retention_jobs (OptConfigTarget *target,
                      const char      *text)
{
  return opt_config_value_retention (text, &target->config->retention_jobs_s,
                                     &target->config->retention_jobs_bytes);
}

static gboolean
apply_retention_sent (OptConfigTarget *target,
                      const char      *text)
{
  return opt_config_value_retention (text, &target->config->retention_sent_s, NULL);
}

static gboolean
apply_bot_chat_ids (OptConfigTarget *target,
                    const char      *text)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *chats = opt_chat_ref_parse_list (text, &error);

  if (chats == NULL)
    {
      target->message = g_strdup (error->message);
      return FALSE;
    }
  g_ptr_array_unref (target->bot->chats);
  target->bot->chats = chats;
  return TRUE;
}

static gboolean
apply_bot_active (OptConfigTarget *target,
                  const char      *text)
{
  return opt_config_value_bool (text, &target->bot->active);
}

static gboolean
apply_bot_receive (OptConfigTarget *target,
                   const char      *text)
{
  return opt_config_value_receive (text, &target->bot->receive);
}

static gboolean
apply_bot_roles (OptConfigTarget *target,
                 const char      *text)
{
  return opt_config_value_roles (text, &target->bot->roles);
}

static gboolean
apply_bot_description (OptConfigTarget *target,
                       const char      *text)
{
  if (strlen (text) > DESCRIPTION_MAX)
    return FALSE;
  g_free (target->bot->description);
  target->bot->description = g_strdup (text);
  return TRUE;
}

static gboolean
apply_interpreter (OptConfigTarget *target,
                   const char      *text)
{
  char **argv = NULL;

  if (!g_shell_parse_argv (text, NULL, &argv, NULL))
    return FALSE;
  g_hash_table_replace (target->config->interpreters, g_ascii_strdown (target->suffix, -1), argv);
  return TRUE;
}

#define BOOLEAN "True or False"
#define FOLDER  "an absolute folder; ~/ stands for your home"

static const OptConfigKey keys[] = {
  { "optimus.runTelegram", "bool", "True", BOOLEAN,
    "this robot may be the master that talks to Telegram", apply_run_telegram },
  { "optimus.tasks_dir", "paths", "$XDG_DATA_HOME/optimus/tasks",
    "absolute folders with ; between them; ~/ stands for your home",
    "folders of tasks; an earlier one hides a later one's", apply_tasks_dir },
  { "notifications.activate", "bool", "False", BOOLEAN,
    "tell how jobs ended", apply_notify_activate },
  { "notifications.id", "chat", "",
    "a chat (1234567, -1001234567890, -1001234567890:TOPIC or @channel) or the name of a bot",
    "whom to tell how jobs ended", apply_notify_id },
  { "remote.robot_id", "name", "", "1 to 64 letters, digits, - and _",
    "the name of this robot; the short host name unless set", apply_robot_id },
  { "remote.tasks_token_dir_primary", "path", "", FOLDER,
    "folder that robots share as their bus", apply_token_dir_primary },
  { "remote.tasks_token_dir_secondary", "path", "", FOLDER,
    "second such folder, for when the first fails", apply_token_dir_secondary },
  { "remote.bus_url", "url", "", "a URL that begins with postgresql://",
    "database that robots share as their bus", apply_bus_url },
  { "remote.fresh_seconds", "seconds", "300",
    "0 to 604800 seconds, or a time such as 5 min or 2 h",
    "commands older than this are held", apply_fresh_seconds },
  { "telegram.valid_user", "users", "",
    "@names and user ids with commas between them, such as @john, 1234567",
    "who may use the remote bot; nobody unless set", apply_valid_user },
  { "telegram.api_root_insecure", "bool", "False", BOOLEAN,
    "allow http:// to another machine", apply_api_root_insecure },
  { "telegram.api_root", "url", "https://api.telegram.org",
    "an https:// URL without user, query or fragment, which ends before /bot",
    "own Bot API server or a proxy in front of it", apply_api_root },
  { "telegram.ca_file", "path", "", "an absolute path; ~/ stands for your home",
    "certificates to trust besides the system's", apply_ca_file },
  { "telegram.proxy", "proxy", "", "http://host:port or socks5://user@host:port",
    "proxy on the way to Telegram", apply_proxy },
  { "telegram.pacing", "bool", "True", BOOLEAN,
    "keep to Telegram's rates", apply_pacing },
  { "retention.jobs", "retention", "30 days or 1 GB",
    "an age, a size or both, such as 30 days or 1 GB; or forever",
    "how long and how much of ended jobs is kept", apply_retention_jobs },
  { "retention.sent", "retention", "7 days", "an age, such as 7 days or 12 h; or forever",
    "how long sent messages are kept", apply_retention_sent },
  { "bot.*.chat_ids", "chats", "",
    "chats with commas between them: 1234567, -1001234567890:TOPIC or @channel",
    "where this bot sends when nothing else is said", apply_bot_chat_ids },
  { "bot.*.active", "bool", "True", BOOLEAN, "use this bot at all", apply_bot_active },
  { "bot.*.receive", "enum", "off", "poll, webhook or off",
    "how this bot gets its updates", apply_bot_receive },
  { "bot.*.roles", "roles", "notify",
    "some of notify, remote, conversations and notes, with ; between them",
    "what this bot is for", apply_bot_roles },
  { "bot.*.description", "text", "", "a text of up to 1024 bytes",
    "what people should know about this bot", apply_bot_description },
  { "interpreters.*", "command", "",
    "a program and its first arguments, quoted as in a shell, such as /usr/bin/Rscript --vanilla",
    "what runs task files with this suffix", apply_interpreter },
};

/**
 * opt_config_schema_list:
 * @n_keys: (out): how many
 *
 * Lists all keys that mean something.
 *
 * Returns: (transfer none) (array length=n_keys): the keys
 */
const OptConfigKey *
opt_config_schema_list (guint *n_keys)
{
  g_return_val_if_fail (n_keys != NULL, NULL);

  *n_keys = G_N_ELEMENTS (keys);
  return keys;
}

/* `bot.main.receive` → `bot.*.receive`, `interpreters.py` → `interpreters.*`. */
static char *
generalise (const char *key)
{
  g_auto (GStrv) parts = g_strsplit (key, ".", 4);
  guint n = g_strv_length (parts);

  if (n == 3 && g_ascii_strcasecmp (parts[0], "bot") == 0 && opt_name_is_valid (parts[1]))
    return g_strconcat ("bot.*.", parts[2], NULL);
  if (n == 2 && g_ascii_strcasecmp (parts[0], "interpreters") == 0 &&
      opt_name_is_valid (parts[1]))
    return g_strdup ("interpreters.*");
  return g_strdup (key);
}

/**
 * opt_config_schema_find:
 * @key: `group.key`, in any case
 *
 * Looks up what is known about a key, such as `bot.main.receive`.
 *
 * Returns: (transfer none) (nullable): the key, or NULL when nothing reads it
 */
const OptConfigKey *
opt_config_schema_find (const char *key)
{
  g_autofree char *general = NULL;

  g_return_val_if_fail (key != NULL, NULL);

  if (strchr (key, '*') != NULL)
    return NULL;
  general = generalise (key);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (opt_name_equal (keys[i].key, general))
      return &keys[i];
  return NULL;
}

/* Whether the group of a key is one of ours, so that an unknown key in it is a slip. */
gboolean
opt_config_schema_knows_group (const char *key)
{
  gsize length = strcspn (key, ".");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_ascii_strncasecmp (keys[i].key, key, length) == 0 && keys[i].key[length] == '.')
      return TRUE;
  return FALSE;
}

/* How many letters have to be changed, put in or taken out; names are short. */
static guint
measure_distance (const char *a,
                  const char *b)
{
  guint row[OPT_NAME_MAX + 1];
  gsize width = strlen (b);

  if (width > OPT_NAME_MAX || strlen (a) > OPT_NAME_MAX)
    return G_MAXUINT;

  for (guint j = 0; j <= width; j++)
    row[j] = j;
  for (guint i = 1; a[i - 1] != '\0'; i++)
    {
      guint corner = row[0];

      row[0] = i;
      for (guint j = 1; j <= width; j++)
        {
          gboolean same = g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 1]);
          guint    cost = corner + (same ? 0 : 1);

          corner = row[j];
          row[j] = MIN (cost, MIN (row[j], row[j - 1]) + 1);
        }
    }
  return row[width];
}

/**
 * opt_config_schema_suggest:
 * @key: a key that opt_config_schema_find() does not know
 *
 * Guesses which key was meant: one that is spelt almost the same, or of the same name in another
 * group.
 *
 * Returns: (transfer full) (nullable): the likely key, or NULL
 */
char *
opt_config_schema_suggest (const char *key)
{
  g_autofree char *general = NULL;
  const char      *best = NULL;
  guint            least = 3;
  const char      *last;
  gboolean         is_ours;

  g_return_val_if_fail (key != NULL, NULL);

  general = generalise (key);
  last = strrchr (general, '.');
  is_ours = opt_config_schema_knows_group (key);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      guint distance = measure_distance (general, keys[i].key);

      if (is_ours && last != NULL && strchr (keys[i].key, '*') == NULL &&
          g_str_has_suffix (keys[i].key, last))
        distance = MIN (distance, 2);
      if (distance < least)
        {
          least = distance;
          best = keys[i].key;
        }
    }

  if (best == NULL || strchr (best, '*') == NULL)
    return g_strdup (best);
  if (!g_str_has_prefix (best, "bot.*.") || !g_str_has_prefix (general, "bot.*."))
    return NULL;
  return g_strdup_printf ("%.*s%s", (int)(strrchr (key, '.') - key), key,
                          best + strlen ("bot.*"));
}

/* What is wrong with a value, in words. */
char *
opt_config_describe_bad (const OptConfigKey *row,
                         const char         *value)
{
  g_autofree char *safe = opt_redact (value);
  g_autofree char *brief = opt_text_shorten (safe, 40);

  /* A proxy's or database's URL may have a password in it. */
  if (strstr (value, "://") != NULL)
    return g_strdup_printf ("this value is not allowed: give %s", row->allowed);
  return g_strdup_printf ("“%s” is not allowed: give %s", brief, row->allowed);
}

/**
 * opt_config_schema_check:
 * @key: `group.key`, in any case
 * @value: what it should be set to; empty is always allowed and means the default
 * @error: return location for %OPT_CONFIG_ERROR_UNKNOWN_KEY or %OPT_CONFIG_ERROR_BAD_VALUE
 *
 * Checks one value by itself, while it is typed. What depends on other keys is checked when it is
 * saved.
 *
 * Returns: whether it is allowed
 */
gboolean
opt_config_schema_check (const char *key,
                         const char *value,
                         GError    **error)
{
  const OptConfigKey   *row;
  OptConfigSurroundings surroundings = { 0 };
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (OptBotConfig) bot = NULL;
  OptConfigTarget  target = { 0 };
  g_autofree char *message = NULL;
  gboolean         good;

  g_return_val_if_fail (key != NULL && value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  row = opt_config_schema_find (key);
  if (row == NULL)
    {
      g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_KEY,
                   "nothing reads the key %s", key);
      return FALSE;
    }
  if (*value == '\0')
    return TRUE;

  config = opt_config_new_empty (&surroundings);
  config->api_root_insecure = TRUE;
  bot = opt_bot_config_new ("bot", OPT_BOT_SOURCE_CONFIG);
  target = (OptConfigTarget){ .config = config, .bot = bot, .suffix = strrchr (key, '.') + 1 };
  good = row->apply (&target, value);
  message = target.message;
  if (good)
    return TRUE;
  if (message == NULL)
    message = opt_config_describe_bad (row, value);
  g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE, message);
  return FALSE;
}
