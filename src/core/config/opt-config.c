/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config.h"

#include <string.h>

#include "opt-config-build.h"
#include "opt-config-value.h"
#include "opt-id.h"

G_DEFINE_BOXED_TYPE (OptConfig, opt_config, opt_config_ref, opt_config_unref)

static void
opt_config_clear (gpointer data)
{
  OptConfig *self = data;

  g_strfreev (self->tasks_dirs);
  g_free (self->notify_id);
  g_clear_pointer (&self->notify_chat, opt_chat_ref_unref);
  g_free (self->robot_id);
  g_free (self->token_dir_primary);
  g_free (self->token_dir_secondary);
  g_free (self->bus_url);
  g_ptr_array_unref (self->valid_users);
  g_free (self->api_root);
  g_free (self->ca_file);
  g_free (self->proxy);
  g_hash_table_unref (self->interpreters);
  g_ptr_array_unref (self->bots);
  g_hash_table_unref (self->texts);
  g_clear_pointer (&self->ids, g_hash_table_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);
}

/* The host's name up to its first dot, in the characters a robot's name may have. */
static char *
make_robot_id (void)
{
  const char *host = g_get_host_name ();
  char       *id = g_strndup (host, MIN (strcspn (host, "."), OPT_NAME_MAX));

  for (char *at = id; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')
      *at = '-';
  if (*id == '\0')
    {
      g_free (id);
      id = g_strdup ("robot");
    }
  return id;
}

static void
add_samples (OptConfig  *self,
             const char *samples_dir)
{
  guint n = g_strv_length (self->tasks_dirs);

  if (samples_dir == NULL)
    return;
  self->tasks_dirs = g_renew (char *, self->tasks_dirs, n + 2);
  self->tasks_dirs[n] = g_strdup (samples_dir);
  self->tasks_dirs[n + 1] = NULL;
}

/* A configuration of defaults that may still be written to. */
OptConfig *
opt_config_new_empty (const OptConfigSurroundings *surroundings)
{
  OptConfig          *self = g_atomic_rc_box_new0 (OptConfig);
  OptConfigTarget     target = { .config = self, .environment = surroundings->environment };
  const OptConfigKey *keys;
  guint               n_keys;

  self->notify_id = g_strdup ("");
  self->valid_users = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_valid_user_free);
  self->interpreters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                              (GDestroyNotify)g_strfreev);
  self->bots = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_bot_config_unref);
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  keys = opt_config_schema_list (&n_keys);
  for (guint i = 0; i < n_keys; i++)
    if (strchr (keys[i].key, '*') == NULL && *keys[i].fallback != '\0')
      keys[i].apply (&target, keys[i].fallback);

  /* NULL lets the Bot API's client use its own. */
  g_clear_pointer (&self->api_root, g_free);
  self->robot_id = make_robot_id ();
  add_samples (self, surroundings->samples_dir);
  return self;
}

/**
 * opt_config_ref:
 * @self: a configuration
 *
 * Takes a reference; any thread may.
 *
 * Returns: (transfer full): @self
 */
OptConfig *
opt_config_ref (OptConfig *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_config_unref:
 * @self: (transfer full): a configuration
 *
 * Drops a reference; any thread may.
 */
void
opt_config_unref (OptConfig *self)
{
  g_atomic_rc_box_release_full (self, opt_config_clear);
}

static gboolean
texts_equal (GHashTable *a,
             GHashTable *b)
{
  GHashTableIter iter;
  gpointer       key, text;

  if (g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, &text))
    if (g_strcmp0 (text, g_hash_table_lookup (b, key)) != 0)
      return FALSE;
  return TRUE;
}

/**
 * opt_config_equal:
 * @a: a configuration
 * @b: a configuration
 *
 * Compares two configurations by what their keys are set to and the bots they have.
 *
 * Returns: whether they are set the same
 */
gboolean
opt_config_equal (OptConfig *a,
                  OptConfig *b)
{
  if (a == b)
    return TRUE;
  if (a->bots->len != b->bots->len || strcmp (a->robot_id, b->robot_id) != 0 ||
      !g_strv_equal ((const char *const *)a->tasks_dirs, (const char *const *)b->tasks_dirs))
    return FALSE;

  for (guint i = 0; i < a->bots->len; i++)
    {
      const OptBotConfig *one = a->bots->pdata[i];
      const OptBotConfig *other = b->bots->pdata[i];

      if (strcmp (one->name, other->name) != 0 || one->source != other->source ||
          g_strcmp0 (one->token, other->token) != 0)
        return FALSE;
    }
  return texts_equal (a->texts, b->texts);
}

/**
 * opt_config_allows_id:
 * @self: a configuration
 * @id: a user's id
 *
 * Tells whether `telegram.valid_user` has this id. Any thread may ask.
 *
 * Returns: whether it has
 */
gboolean
opt_config_allows_id (OptConfig *self,
                      gint64     id)
{
  return g_hash_table_contains (self->ids, &id);
}

/**
 * opt_config_allows_name:
 * @self: a configuration
 * @folded_name: a user's name without @, as opt_name_fold() gives it
 *
 * Tells whether `telegram.valid_user` has this name. Names change hands: let a person in by one
 * only when it is pinned to their id. Any thread may ask.
 *
 * Returns: whether it has
 */
gboolean
opt_config_allows_name (OptConfig  *self,
                        const char *folded_name)
{
  return g_hash_table_contains (self->names, folded_name);
}

/**
 * opt_config_find_bot:
 * @self: a configuration
 * @name: a bot's name, in any case
 *
 * Looks for a bot. When the one in the file is inactive, one of the same name from the environment
 * comes before it.
 *
 * Returns: (transfer none) (nullable): the bot, active or not, or NULL
 */
OptBotConfig *
opt_config_find_bot (OptConfig  *self,
                     const char *name)
{
  OptBotConfig *found = NULL;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  for (guint i = 0; i < self->bots->len; i++)
    {
      OptBotConfig *bot = self->bots->pdata[i];

      if (opt_name_equal (bot->name, name) && (found == NULL || (bot->active && !found->active)))
        found = bot;
    }
  return found;
}

static gboolean
sends_to (OptBotConfig     *bot,
          const OptChatRef *chat)
{
  for (guint i = 0; i < bot->chats->len; i++)
    {
      const OptChatRef *other = bot->chats->pdata[i];

      if (g_ascii_strcasecmp (other->chat, chat->chat) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The only active bot of a source; @n counts them. With @chat only those that send there. */
static OptBotConfig *
find_only (OptConfig        *self,
           OptBotSource      source,
           const OptChatRef *chat,
           guint            *n)
{
  OptBotConfig *found = NULL;

  *n = 0;
  for (guint i = 0; i < self->bots->len; i++)
    {
      OptBotConfig *bot = self->bots->pdata[i];

      if (bot->active && bot->source == source && (chat == NULL || sends_to (bot, chat)))
        {
          found = bot;
          (*n)++;
        }
    }
  return *n == 1 ? found : NULL;
}

/**
 * opt_config_get_notice_bot:
 * @self: a configuration
 * @error: return location for %OPT_CONFIG_ERROR_NO_BOT or %OPT_CONFIG_ERROR_AMBIGUOUS
 *
 * Tells which bot sends when none is named: the one that `notifications.id` names or that sends to
 * the chat it names, else the only active one; bots of the file come before those of the
 * environment.
 *
 * Returns: (transfer none) (nullable): the bot, or NULL
 */
OptBotConfig *
opt_config_get_notice_bot (OptConfig *self,
                           GError   **error)
{
  static const OptBotSource sources[] = { OPT_BOT_SOURCE_CONFIG, OPT_BOT_SOURCE_ENV_CONFIGS,
                                          OPT_BOT_SOURCE_ENV_DEFAULT };
  OptBotConfig             *bot = NULL;
  guint                     n = 0;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->notify_chat == NULL && *self->notify_id != '\0')
    bot = opt_config_find_bot (self, self->notify_id);
  else if (self->notify_chat != NULL)
    bot = find_only (self, OPT_BOT_SOURCE_CONFIG, self->notify_chat, &n);
  if (bot != NULL && bot->active)
    return bot;

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      bot = find_only (self, sources[i], NULL, &n);
      if (bot != NULL)
        return bot;
      if (n > 0)
        break;
    }
  if (n > 0)
    g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_AMBIGUOUS,
                         "several bots are active: say which one, or name it in "
                         "notifications.id");
  else
    g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_NO_BOT,
                         "no bot is set up here: add one with optimusctl bot add NAME");
  return NULL;
}

/**
 * opt_config_get_text:
 * @self: a configuration
 * @key: `group.key`, in any case
 *
 * Gives the text that a key counts as, set or not.
 *
 * Returns: (transfer full) (nullable): the text; NULL when nothing reads that key, or there is no
 *   such bot or suffix
 */
char *
opt_config_get_text (OptConfig  *self,
                     const char *key)
{
  g_autofree char *folded = NULL;
  g_auto (GStrv) parts = NULL;
  const OptConfigKey *row;
  const char         *text;

  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  folded = opt_name_fold (key);
  row = opt_config_schema_find (folded);
  text = g_hash_table_lookup (self->texts, folded);
  if (text != NULL || row == NULL)
    return g_strdup (text);

  parts = g_strsplit (folded, ".", 3);
  if (strcmp (folded, "remote.robot_id") == 0)
    return g_strdup (self->robot_id);
  if (strcmp (folded, "optimus.tasks_dir") == 0)
    return g_strjoinv (";", self->tasks_dirs);
  if (strcmp (parts[0], "interpreters") == 0 ||
      (strcmp (parts[0], "bot") == 0 && opt_config_find_bot (self, parts[1]) == NULL))
    return NULL;
  return g_strdup (row->fallback);
}
