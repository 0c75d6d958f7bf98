/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-person.h"

#include "opt-id.h"
#include "opt-person-private.h"

typedef struct
{
  OptConfig *config; /* (owned) */
  guint      limit;
  gint64     id;
  GPtrArray *people; /* (owned) (element-type OptPerson) */
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_clear_pointer (&self->config, opt_config_unref);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_free (self);
}

/* @holder: whom the username is pinned to, or 0 */
static OptPersonStatus
judge (OptConfig       *config,
       const OptPerson *person,
       gint64           holder)
{
  g_autofree char *folded = person->username == NULL ? NULL : opt_name_fold (person->username);

  if (opt_config_allows_id (config, person->id) ||
      (person->pinned_as != NULL && opt_config_allows_name (config, person->pinned_as)))
    return OPT_PERSON_ALLOWED;
  if (folded == NULL || !opt_config_allows_name (config, folded))
    return OPT_PERSON_STRANGER;
  /* A name that is free will be pinned as soon as this one comes again. */
  return holder == 0 ? OPT_PERSON_ALLOWED : OPT_PERSON_DENIED;
}

static gboolean
read_people (OptTransaction *transaction,
             Request        *request,
             GError        **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (OptRows) rows = NULL;

  /* One id may hold several names; one that the configuration still has is the one to show, if
   * any. */
  rows = opt_transaction_query (transaction, error,
                                "SELECT p.id, p.username, p.name, p.first_seen, p.last_seen,"
                                " p.attempts, mine.name, COALESCE (other.id, 0)"
                                " FROM people_persons p"
                                " LEFT JOIN people_pins mine ON mine.id = p.id"
                                " LEFT JOIN people_pins other ON other.name = lower (p.username)"
                                " ORDER BY p.last_seen DESC, p.id, mine.name",
                                "");
  if (rows == NULL)
    return FALSE;
  while (opt_rows_next (rows, &failure))
    {
      OptPerson *last = request->people->len == 0
                          ? NULL
                          : g_ptr_array_index (request->people, request->people->len - 1);
      OptPerson *person;

      if (last != NULL && last->id == opt_rows_get_int (rows, 0))
        {
          if (opt_config_allows_name (request->config, last->pinned_as))
            continue;
          g_ptr_array_set_size (request->people, request->people->len - 1);
        }
      person = opt_person_new (opt_rows_get_int (rows, 0));
      person->username = g_strdup (opt_rows_get_text (rows, 1));
      person->name = g_strdup (opt_rows_get_text (rows, 2));
      person->first_seen = opt_rows_get_int (rows, 3);
      person->last_seen = opt_rows_get_int (rows, 4);
      person->attempts = opt_rows_get_int (rows, 5);
      person->pinned_as = g_strdup (opt_rows_get_text (rows, 6));
      person->status = judge (request->config, person, opt_rows_get_int (rows, 7));
      g_ptr_array_add (request->people, person);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
was_here (GPtrArray          *people,
          const OptValidUser *user)
{
  for (guint i = 0; i < people->len; i++)
    {
      const OptPerson *person = g_ptr_array_index (people, i);
      const char      *name = person->pinned_as != NULL ? person->pinned_as : person->username;

      if (user->id != 0 ? person->id == user->id : opt_name_equal (name, user->name))
        return TRUE;
    }
  return FALSE;
}

/* Those of the configuration who never came are people too. */
static void
add_expected (Request *request)
{
  for (guint i = 0; i < request->config->valid_users->len; i++)
    {
      const OptValidUser *user = g_ptr_array_index (request->config->valid_users, i);
      OptPerson          *person;

      if (was_here (request->people, user))
        continue;
      person = opt_person_new (user->id);
      person->username = g_strdup (user->name);
      person->status = OPT_PERSON_ALLOWED;
      g_ptr_array_add (request->people, person);
    }
  if (request->limit > 0 && request->people->len > request->limit)
    g_ptr_array_set_size (request->people, request->limit);
}

static gboolean
list_func (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Request *request = g_task_get_task_data (data);

  g_clear_pointer (&request->people, g_ptr_array_unref);
  request->people = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_person_unref);
  if (!read_people (transaction, request, error))
    return FALSE;
  add_expected (request);
  return TRUE;
}

static void
list_done (gpointer      data,
           const GError *error)
{
  Request *request = g_task_get_task_data (data);

  if (error != NULL)
    g_task_return_error (data, g_error_copy (error));
  else
    g_task_return_pointer (data, g_steal_pointer (&request->people),
                           (GDestroyNotify)g_ptr_array_unref);
}

/**
 * opt_people_list_async:
 * @store: an open store with opt_people_migrations
 * @config: by whom is let in
 * @limit: at most so many; 0 for all
 * @cancellable: (nullable): to forget about the answer
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Lists everyone who was here, who came last first, and behind them those who are let in but
 * never came: their first_seen is 0, and so is the id of those who are let in by name.
 */
void
opt_people_list_async (OptStore           *store,
                       OptConfig          *config,
                       guint               limit,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  GTask   *task;
  Request *request;

  g_return_if_fail (OPT_IS_STORE (store));
  g_return_if_fail (config != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  request = g_new0 (Request, 1);
  request->config = opt_config_ref (config);
  request->limit = limit;
  task = g_task_new (store, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_people_list_async);
  g_task_set_task_data (task, request, request_free);
  opt_store_read (store, list_func, list_done, task, g_object_unref);
}

/**
 * opt_people_list_finish:
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_people_list_async().
 *
 * Returns: (transfer full) (nullable) (element-type OptPerson): the people; NULL with an error
 *   of the store
 */
GPtrArray *
opt_people_list_finish (GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, opt_people_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
forget_func (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  Request *request = g_task_get_task_data (data);
  gint64   gone;

  if (!opt_transaction_run (transaction, error, "DELETE FROM people_pins WHERE id = $1", "i",
                            request->id))
    return FALSE;
  gone = opt_transaction_get_changes (transaction);
  if (!opt_transaction_run (transaction, error, "DELETE FROM people_persons WHERE id = $1", "i",
                            request->id))
    return FALSE;
  if (gone + opt_transaction_get_changes (transaction) > 0)
    return TRUE;
  g_set_error (error, OPT_PEOPLE_ERROR, OPT_PEOPLE_ERROR_UNKNOWN,
               "nobody with the user id %" G_GINT64_FORMAT " was ever here", request->id);
  return FALSE;
}

static void
forget_done (gpointer      data,
             const GError *error)
{
  if (error != NULL)
    g_task_return_error (data, g_error_copy (error));
  else
    g_task_return_boolean (data, TRUE);
}

/**
 * opt_people_forget_async:
 * @store: an open store with opt_people_migrations
 * @id: Telegram's user id
 * @cancellable: (nullable): to forget about the answer
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Forgets a person and the names pinned to the id: whoever comes next with such a name gets
 * it. Whether the person is let in is up to the configuration alone.
 */
void
opt_people_forget_async (OptStore           *store,
                         gint64              id,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  GTask   *task;
  Request *request;

  g_return_if_fail (OPT_IS_STORE (store));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  request = g_new0 (Request, 1);
  request->id = id;
  task = g_task_new (store, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_people_forget_async);
  g_task_set_task_data (task, request, request_free);
  opt_store_write (store, forget_func, forget_done, task, g_object_unref);
}

/**
 * opt_people_forget_finish:
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_people_forget_async().
 *
 * Returns: FALSE with %OPT_PEOPLE_ERROR_UNKNOWN or an error of the store
 */
gboolean
opt_people_forget_finish (GAsyncResult *result,
                          GError      **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, opt_people_forget_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
