/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-people-edit.h"

#include "opt-id.h"
#include "opt-person.h"

#define VALID_USER_KEY "telegram.valid_user"

/**
 * Edit:
 * @id: the user's id, or 0
 * @name: (nullable): the folded name, when that was given
 * @allow: to serve, or no longer
 */
typedef struct
{
  gint64   id;
  char    *name; /* (owned) */
  gboolean allow;
} Edit;

static void
edit_free (Edit *edit)
{
  g_free (edit->name);
  g_free (edit);
}

static gboolean
is_same_user (const OptValidUser *user,
              const Edit         *edit)
{
  return edit->name != NULL ? g_strcmp0 (user->name, edit->name) == 0 : user->id == edit->id;
}

/* The list as it is to stand in the file; NULL when nothing would change. */
static char *
edit_list (OptConfig *config,
           Edit      *edit)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  gboolean found = FALSE;

  for (guint i = 0; i < config->valid_users->len; i++)
    {
      const OptValidUser *user = config->valid_users->pdata[i];
      gboolean            same = is_same_user (user, edit);
      g_autofree char    *word = NULL;

      found = found || same;
      if (same && !edit->allow)
        continue;
      word = user->name != NULL ? g_strconcat ("@", user->name, NULL)
                                : g_strdup_printf ("%" G_GINT64_FORMAT, user->id);
      g_strv_builder_add (words, word);
    }
  if (found == edit->allow)
    return NULL;
  if (edit->allow)
    {
      g_autofree char *word = edit->name != NULL ? g_strconcat ("@", edit->name, NULL)
                                                 : g_strdup_printf ("%" G_GINT64_FORMAT, edit->id);

      g_strv_builder_add (words, word);
    }
  list = g_strv_builder_end (words);
  return g_strjoinv (", ", list);
}

static void
forgotten_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* Nobody may have come with that name yet; then there is nothing to forget. */
  if (!opt_people_forget_finish (result, &error) &&
      !g_error_matches (error, OPT_PEOPLE_ERROR, OPT_PEOPLE_ERROR_UNKNOWN))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
people_listed_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OptAgent *agent = g_task_get_source_object (task);
  Edit     *edit = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = opt_people_list_finish (result, &error);
  gint64 id = 0;

  if (people == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < people->len; i++)
    {
      const OptPerson *person = people->pdata[i];

      if (person->pinned_as != NULL && opt_name_equal (person->pinned_as, edit->name))
        id = person->id;
    }
  if (id == 0)
    g_task_return_boolean (task, TRUE);
  else
    opt_people_forget_async (opt_agent_get_store (agent), id, NULL, forgotten_cb,
                             g_steal_pointer (&task));
}

static void
written_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OptAgent *agent = g_task_get_source_object (task);
  Edit     *edit = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!opt_config_source_set_finish (OPT_CONFIG_SOURCE (object), result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (edit->allow || edit->name == NULL)
    g_task_return_boolean (task, TRUE);
  else
    opt_people_list_async (opt_agent_get_store (agent), opt_agent_get_config (agent), 0, NULL,
                           people_listed_cb, g_steal_pointer (&task));
}

static gboolean
parse_who (const char *who,
           Edit       *edit,
           GError    **error)
{
  if (g_ascii_string_to_signed (who, 10, 1, G_MAXINT64, &edit->id, NULL))
    return TRUE;
  if (*who == '@' && opt_name_is_valid (who + 1))
    {
      edit->name = opt_name_fold (who + 1);
      return TRUE;
    }
  g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
               "a user is a numeric Telegram id such as 1234567, or a name such as @john, not “%s”",
               who);
  return FALSE;
}

/**
 * opt_people_edit_async:
 * @agent: the agent
 * @who: a numeric id or `@name`
 * @allow: to serve, or no longer
 * @callback: called when it is written
 * @user_data: for @callback
 *
 * Adds a user to telegram.valid_user, or takes one out of it together with the pin of the name.
 */
void
opt_people_edit_async (OptAgent           *agent,
                       const char         *who,
                       gboolean            allow,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (agent, NULL, callback, user_data);
  Edit            *edit = g_new0 (Edit, 1);
  g_autofree char *list = NULL;
  GError          *error = NULL;

  g_task_set_source_tag (task, opt_people_edit_async);
  g_task_set_task_data (task, edit, (GDestroyNotify)edit_free);
  edit->allow = allow;
  if (!parse_who (who, edit, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  list = edit_list (opt_agent_get_config (agent), edit);
  if (list == NULL && !allow)
    g_task_return_new_error (task, OPT_PEOPLE_ERROR, OPT_PEOPLE_ERROR_UNKNOWN,
                             "“%s” is not in " VALID_USER_KEY, who);
  else if (list == NULL)
    g_task_return_boolean (task, TRUE);
  else
    opt_config_source_set_async (opt_agent_get_config_source (agent), VALID_USER_KEY, list, NULL,
                                 written_cb, g_steal_pointer (&task));
}

/**
 * opt_people_edit_finish:
 * @agent: the agent
 * @result: the result
 * @error: return location
 *
 * Returns: whether it is written
 */
gboolean
opt_people_edit_finish (OptAgent     *agent,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
