/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-call.h"

#include <libsecret/secret.h>

#include "opt-id.h"
#include "opt-secret-check.h"

/* A healthy service answers within milliseconds; one that doesn't must not hold up the start. */
#define TIMEOUT_SILENT (10 * G_TIME_SPAN_SECOND)

/* Somebody has to find the prompt, remember the password and type it. */
#define TIMEOUT_INTERACTIVE (5 * G_TIME_SPAN_MINUTE)

/*
 * One call, through its steps: find the backend; with a service look whether the item is there,
 * whether anything is locked, unlock if that is allowed, look once more; then do it.
 */
typedef struct
{
  OptSecretCallKind kind;
  OptSecretKind     secret_kind;
  char             *name;       /* (owned) */
  OptSecret        *secret;     /* (owned) (nullable) */
  GHashTable       *attributes; /* (owned) */
  gboolean          interactive;
  SecretService    *service;  /* (owned) (nullable): NULL with the file backend */
  gboolean          unlocked; /* it was tried already */

  GCancellable *cancellable; /* (owned): of all that libsecret is asked */
  OptClock     *clock;       /* (owned) */
  guint         timer;
  gboolean      timed_out;
} Call;

static const SecretSchema schema = {
  "io.github.optimus_rpa.Optimus",
  SECRET_SCHEMA_NONE,
  {
    { "bot", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "secret", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

static void
call_free (Call *call)
{
  opt_clock_cancel (call->clock, &call->timer);
  g_free (call->name);
  opt_secret_free (call->secret);
  g_hash_table_unref (call->attributes);
  g_clear_object (&call->service);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->clock);
  g_free (call);
}

static void
time_out (gpointer user_data)
{
  Call *call = user_data;

  call->timer = 0;
  call->timed_out = TRUE;
  g_cancellable_cancel (call->cancellable);
}

static gboolean
is_absence (const GError *error)
{
  static const GDBusError codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_NO_REPLY,
    G_DBUS_ERROR_NO_SERVER, G_DBUS_ERROR_DISCONNECTED, G_DBUS_ERROR_TIMEOUT,
    G_DBUS_ERROR_SPAWN_EXEC_FAILED, G_DBUS_ERROR_SPAWN_FAILED, G_DBUS_ERROR_SPAWN_CHILD_EXITED,
    G_DBUS_ERROR_SPAWN_CHILD_SIGNALED, G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, (int)codes[i]))
      return TRUE;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* Ends a call by what libsecret reported; takes @error. */
static void
return_failure (GTask   *task,
                GError  *error,
                gboolean is_first_step)
{
  g_autoptr (GError) cause = error;
  const Call *call = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  g_dbus_error_strip_remote_error (cause);
  if (call->timed_out && call->interactive)
    g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_DISMISSED,
                             "nobody unlocked the keyring within five minutes");
  else if (call->timed_out)
    g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_NO_SERVICE,
                             "the secret service does not answer: is the keyring waiting for its "
                             "password?");
  else if (g_error_matches (cause, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_LOCKED,
                             "the keyring is locked: unlock it and try again");
  else if (is_first_step || is_absence (cause))
    g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_NO_SERVICE,
                             "there is no secret service (%s): start a keyring such as "
                             "gnome-keyring, or hand secrets over as credentials of the service "
                             "manager",
                             cause->message);
  else
    g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_FAILED,
                             "the secret service failed: %s", cause->message);
}

static void
return_missing (GTask *task)
{
  const Call *call = g_task_get_task_data (task);

  g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_MISSING,
                           "the keyring has no secret for %s", call->name);
}

static void
return_secret (GTask      *task,
               const char *text)
{
  const Call      *call = g_task_get_task_data (task);
  g_autofree char *where = g_strdup_printf ("the keyring for %s", call->name);
  g_autoptr (GError) error = NULL;
  OptSecret *secret = opt_secret_check (call->secret_kind, text, where, &error);

  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify)opt_secret_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static char *
make_label (const Call *call)
{
  return g_strdup_printf (call->secret_kind == OPT_SECRET_BOT ? "Optimus: bot token of %s"
                                                              : "Optimus: secret %s",
                          call->name);
}

static void
return_stored (GTask   *task,
               gboolean done,
               GError  *error)
{
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    return_failure (task, error, FALSE);
}

static void
return_cleared (GTask   *task,
                gboolean done,
                GError  *error)
{
  if (done)
    g_task_return_boolean (task, TRUE);
  else if (error == NULL)
    return_missing (task);
  else
    return_failure (task, error, FALSE);
}

static void
file_stored_cb (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError  *error = NULL;
  gboolean done = secret_password_store_finish (result, &error);

  return_stored (task, done, error);
}

static void
file_cleared_cb (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError  *error = NULL;
  gboolean done = secret_password_clear_finish (result, &error);

  return_cleared (task, done, error);
}

static void
file_looked_up_cb (GObject      *source_object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *text = secret_password_lookup_nonpageable_finish (result, &error);

  if (text != NULL)
    return_secret (task, text);
  else if (error == NULL)
    return_missing (task);
  else
    return_failure (task, g_steal_pointer (&error), FALSE);
  secret_password_free (text);
}

/* A file has no lock that could be mistaken for emptiness. */
static void
ask_file (GTask *task)
{
  const Call      *call = g_task_get_task_data (task);
  g_autofree char *label = make_label (call);

  switch (call->kind)
    {
    case OPT_SECRET_CALL_STORE:
      secret_password_storev (&schema, call->attributes, SECRET_COLLECTION_DEFAULT, label,
                              call->secret, call->cancellable, file_stored_cb,
                              g_object_ref (task));
      break;
    case OPT_SECRET_CALL_CLEAR:
      secret_password_clearv (&schema, call->attributes, call->cancellable, file_cleared_cb,
                              g_object_ref (task));
      break;
    case OPT_SECRET_CALL_LOOKUP:
    default:
      secret_password_lookupv (&schema, call->attributes, call->cancellable, file_looked_up_cb,
                               g_object_ref (task));
      break;
    }
}

static void
stored_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError  *error = NULL;
  gboolean done;

  done = secret_service_store_finish (SECRET_SERVICE (source_object), result, &error);
  return_stored (task, done, error);
}

static void
store (GTask *task)
{
  const Call      *call = g_task_get_task_data (task);
  g_autofree char *label = make_label (call);
  SecretValue     *value = secret_value_new (call->secret, -1, "text/plain");

  secret_service_store (call->service, &schema, call->attributes, SECRET_COLLECTION_DEFAULT,
                        label, value, call->cancellable, stored_cb, g_object_ref (task));
  secret_value_unref (value);
}

static void
cleared_cb (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError  *error = NULL;
  gboolean done;

  done = secret_service_clear_finish (SECRET_SERVICE (source_object), result, &error);
  return_cleared (task, done, error);
}

static void search (GTask *task);
static void ask_collection (GTask *task);

static void
unlocked_cb (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  const Call *call = g_task_get_task_data (task);
  int         n;

  n = secret_service_unlock_finish (SECRET_SERVICE (source_object), result, NULL, &error);
  if (error != NULL)
    return_failure (task, g_steal_pointer (&error), FALSE);
  else if (n <= 0)
    g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_DISMISSED,
                             "the keyring was not unlocked: the prompt was dismissed");
  else if (call->kind == OPT_SECRET_CALL_STORE)
    ask_collection (task);
  else
    search (task);
}

/* @objects are items or collections that are locked. */
static void
meet_lock (GTask *task,
           GList *objects)
{
  Call *call = g_task_get_task_data (task);

  if (!call->interactive || call->unlocked)
    {
      g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_LOCKED,
                               "the keyring is locked, so nobody can tell whether there is a "
                               "secret for %s: unlock it and try again",
                               call->name);
      return;
    }
  call->unlocked = TRUE;
  secret_service_unlock (call->service, objects, call->cancellable, unlocked_cb,
                         g_object_ref (task));
}

static void
got_collection_cb (GObject      *source_object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretCollection) collection = NULL;
  const Call *call = g_task_get_task_data (task);

  collection = secret_collection_for_alias_finish (result, &error);
  if (error != NULL)
    return_failure (task, g_steal_pointer (&error), FALSE);
  else if (collection != NULL && secret_collection_get_locked (collection))
    {
      g_autoptr (GList) objects = g_list_prepend (NULL, collection);

      meet_lock (task, objects);
    }
  else if (call->kind != OPT_SECRET_CALL_STORE)
    return_missing (task);
  else if (collection == NULL && !call->interactive)
    g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_LOCKED,
                             "there is no keyring yet: log in to the desktop once, or make one "
                             "in Passwords and Keys, and try again");
  else
    store (task);
}

/* Nothing found may mean that all is locked: gnome-keyring finds no locked item by its schema. */
static void
ask_collection (GTask *task)
{
  const Call *call = g_task_get_task_data (task);

  secret_collection_for_alias (call->service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                               call->cancellable, got_collection_cb, g_object_ref (task));
}

static void
found_locked_cb (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GList) locked = NULL;
  g_autolist (SecretItem) items = NULL;

  items = secret_service_search_finish (SECRET_SERVICE (source_object), result, &error);
  for (GList *at = items; at != NULL; at = at->next)
    if (secret_item_get_locked (at->data))
      locked = g_list_prepend (locked, at->data);

  if (error != NULL)
    return_failure (task, g_steal_pointer (&error), FALSE);
  else if (locked != NULL)
    meet_lock (task, locked);
  else
    ask_collection (task);
}

static void
found_cb (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretValue) value = NULL;
  g_autolist (SecretItem) items = NULL;
  const Call *call = g_task_get_task_data (task);
  gboolean    is_there = FALSE;

  items = secret_service_search_finish (SECRET_SERVICE (source_object), result, &error);
  for (GList *at = items; at != NULL && value == NULL; at = at->next)
    if (!secret_item_get_locked (at->data))
      {
        is_there = TRUE;
        value = secret_item_get_secret (at->data);
      }

  if (error != NULL)
    return_failure (task, g_steal_pointer (&error), FALSE);
  else if (is_there && call->kind == OPT_SECRET_CALL_CLEAR)
    secret_service_clear (call->service, &schema, call->attributes, call->cancellable, cleared_cb,
                          g_object_ref (task));
  else if (is_there)
    return_secret (task, value != NULL ? secret_value_get_text (value) : NULL);
  else
    secret_service_search (call->service, NULL, call->attributes, SECRET_SEARCH_ALL,
                           call->cancellable, found_locked_cb, g_object_ref (task));
}

/* Without SECRET_SEARCH_UNLOCK, which would wait for a prompt. */
static void
search (GTask *task)
{
  const Call       *call = g_task_get_task_data (task);
  SecretSearchFlags flags = SECRET_SEARCH_ALL;

  if (call->kind == OPT_SECRET_CALL_LOOKUP)
    flags |= SECRET_SEARCH_LOAD_SECRETS;
  secret_service_search (call->service, &schema, call->attributes, flags, call->cancellable,
                         found_cb, g_object_ref (task));
}

static void
got_service_cb (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Call *call = g_task_get_task_data (task);

  call->service = secret_service_get_finish (result, &error);
  if (call->service == NULL)
    return_failure (task, g_steal_pointer (&error), TRUE);
  else if (call->kind == OPT_SECRET_CALL_STORE)
    ask_collection (task);
  else
    search (task);
}

/* libsecret's own rule, for which it has no function; in a sandbox it may still choose the
 * service, but there only it can tell. */
static gboolean
is_file (void)
{
  return g_strcmp0 (g_getenv ("SECRET_BACKEND"), "file") == 0 ||
         g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) || g_getenv ("SNAP_NAME") != NULL;
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

/*
 * Carries out one call; @task is taken, and returns the secret or a boolean. @secret is for
 * storing alone.
 */
void
opt_secret_call_begin (OptClock         *clock,
                       OptSecretCallKind kind,
                       OptSecretKind     secret_kind,
                       const char       *name,
                       const char       *secret,
                       gboolean          interactive,
                       GTask            *taken)
{
  g_autoptr (GTask) task = taken;
  GCancellable *outer = g_task_get_cancellable (task);
  Call         *call = g_new0 (Call, 1);

  call->kind = kind;
  call->secret_kind = secret_kind;
  call->name = opt_name_fold (name);
  call->secret = g_strdup (secret);
  call->interactive = interactive;
  call->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_hash_table_insert (call->attributes,
                       (gpointer)(secret_kind == OPT_SECRET_BOT ? "bot" : "secret"),
                       g_strdup (call->name));
  call->cancellable = g_cancellable_new ();
  call->clock = g_object_ref (clock);
  call->timer = opt_clock_call_in (clock,
                                   interactive ? TIMEOUT_INTERACTIVE : TIMEOUT_SILENT, time_out,
                                   call);
  g_task_set_task_data (task, call, (GDestroyNotify)call_free);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (outer != NULL)
    g_signal_connect_object (outer, "cancelled", G_CALLBACK (cancelled_cb), call->cancellable, 0);
  if (is_file ())
    ask_file (task);
  else
    secret_service_get (SECRET_SERVICE_NONE, call->cancellable, got_service_cb,
                        g_object_ref (task));
}
