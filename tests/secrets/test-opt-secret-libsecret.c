/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-libsecret.h"

#include <string.h>

#include "opt-ask-store.h"
#include "opt-test-clock.h"
#include "opt-test.h"

#define NAME  "org.freedesktop.secrets"
#define TOKEN "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"

/* All on one private bus that starts nothing by itself; no display, so that nobody is asked. */
typedef struct
{
  OptTestFolder  *folder; /* (owned) */
  OptTestClock   *clock;  /* (owned) */
  OptSecretStore *store;  /* (owned) */
  GSubprocess    *daemon; /* (owned) (nullable) */
  gboolean        is_there;
  guint           watch;
} Fixture;

static void
appeared_cb (GDBusConnection *connection,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  ((Fixture *)user_data)->is_there = TRUE;
}

static void
vanished_cb (GDBusConnection *connection,
             const char      *name,
             gpointer         user_data)
{
  ((Fixture *)user_data)->is_there = FALSE;
}

static gboolean
is_there (gpointer data)
{
  return ((Fixture *)data)->is_there;
}

static gboolean
is_gone (gpointer data)
{
  return !((Fixture *)data)->is_there;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = opt_test_folder_new ();
  fixture->clock = opt_test_clock_new (0);
  fixture->store = opt_secret_libsecret_new (OPT_CLOCK (fixture->clock));
  fixture->watch = g_bus_watch_name (G_BUS_TYPE_SESSION, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                     appeared_cb, vanished_cb, fixture, NULL);
}

static void
stop_daemon (Fixture *fixture)
{
  if (fixture->daemon == NULL)
    return;
  g_subprocess_force_exit (fixture->daemon);
  g_assert_true (g_subprocess_wait (fixture->daemon, NULL, NULL));
  g_clear_object (&fixture->daemon);
  opt_test_wait_until (is_gone, fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  stop_daemon (fixture);
  g_bus_unwatch_name (fixture->watch);
  g_assert_cmpint (opt_test_clock_next_due (fixture->clock), ==, -1);
  g_assert_finalize_object (fixture->store);
  g_object_unref (fixture->clock);
  opt_test_folder_free (fixture->folder);
}

/* A real keyring in the test's folder; with a password it is made, or unlocked, at once. */
static gboolean
start_daemon (Fixture    *fixture,
              const char *password)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GBytes) input = NULL;
  g_autoptr (GError) error = NULL;
  GOutputStream *pipe;

  if (program == NULL)
    {
      g_test_skip ("gnome-keyring is not installed");
      return FALSE;
    }

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                        G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_setenv (launcher, "HOME", fixture->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", fixture->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", fixture->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", fixture->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", fixture->folder, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  fixture->daemon = g_subprocess_launcher_spawn (launcher, &error, program, "--foreground",
                                                 "--components=secrets",
                                                 password != NULL ? "--unlock" : NULL, NULL);
  g_assert_no_error (error);
  pipe = g_subprocess_get_stdin_pipe (fixture->daemon);
  if (password != NULL)
    g_assert_true (g_output_stream_write_all (pipe, password, strlen (password), NULL, NULL,
                                              NULL));
  g_assert_true (g_output_stream_close (pipe, NULL, NULL));
  opt_test_wait_until (is_there, fixture);
  return TRUE;
}

static void
test_no_service (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Without a secret service that is said, and not that there is no secret.");

  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_NO_SERVICE);
  g_assert_false (opt_ask_store (fixture->store, OPT_SECRET_BOT, "main", TOKEN, FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_NO_SERVICE);
  g_clear_error (&error);
  g_assert_false (opt_ask_clear (fixture->store, OPT_SECRET_BOT, "main", TRUE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_NO_SERVICE);
}

static void
test_no_bus (void)
{
  g_test_summary ("Without a bus there is no service either.");

  if (g_test_subprocess ())
    {
      g_autoptr (OptTestClock) clock = opt_test_clock_new (0);
      g_autoptr (OptSecretStore) store = opt_secret_libsecret_new (OPT_CLOCK (clock));

      opt_assert_no_secret (store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_NO_SERVICE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
test_unlocked (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("An open keyring stores, finds and clears.");

  if (!start_daemon (fixture, "password"))
    return;
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  g_assert_true (opt_ask_store (fixture->store, OPT_SECRET_BOT, "Main", TOKEN, FALSE, &error));
  g_assert_no_error (error);
  opt_assert_secret (fixture->store, OPT_SECRET_BOT, "main", TOKEN);
  opt_assert_no_secret (fixture->store, OPT_SECRET_TASK, "main", OPT_SECRET_ERROR_MISSING);
  g_assert_true (opt_ask_clear (fixture->store, OPT_SECRET_BOT, "main", FALSE, &error));
  g_assert_no_error (error);
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  g_assert_false (opt_ask_clear (fixture->store, OPT_SECRET_BOT, "main", FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_MISSING);
}

/* A keyring with one token in it, locked. */
static gboolean
start_locked (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  if (!start_daemon (fixture, "password"))
    return FALSE;
  g_assert_true (opt_ask_store (fixture->store, OPT_SECRET_BOT, "main", TOKEN, FALSE, &error));
  g_assert_no_error (error);
  stop_daemon (fixture);
  return start_daemon (fixture, NULL);
}

static void
test_locked (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A locked keyring is told apart from an empty one, and opened again it serves.");

  if (!start_locked (fixture))
    return;
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_LOCKED);
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "other", OPT_SECRET_ERROR_LOCKED);
  g_assert_false (opt_ask_store (fixture->store, OPT_SECRET_BOT, "main", TOKEN, FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_false (opt_ask_clear (fixture->store, OPT_SECRET_BOT, "main", FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_LOCKED);
  stop_daemon (fixture);

  g_assert_true (start_daemon (fixture, "password"));
  opt_assert_secret (fixture->store, OPT_SECRET_BOT, "main", TOKEN);
}

static void
test_prompt (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("There is no display to ask on, which ends like a prompt that was closed.");

  if (!start_locked (fixture))
    return;
  g_assert_null (opt_ask_lookup (fixture->store, OPT_SECRET_BOT, "main", TRUE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_DISMISSED);
  g_clear_error (&error);
  g_assert_false (opt_ask_store (fixture->store, OPT_SECRET_BOT, "main", TOKEN, TRUE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_DISMISSED);
}

static void
test_no_keyring (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A service without a keyring has no secret, and can't be written to unasked.");

  if (!start_daemon (fixture, NULL))
    return;
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  g_assert_false (opt_ask_store (fixture->store, OPT_SECRET_BOT, "main", TOKEN, FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_LOCKED);
}

typedef struct
{
  GDBusConnection *connection; /* (owned) */
  int              calls;      /* (atomic) */
} Silent;

/* Runs on the connection's thread. */
static GDBusMessage *
swallow (GDBusConnection *connection,
         GDBusMessage    *message,
         gboolean         incoming,
         gpointer         user_data)
{
  Silent *silent = user_data;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;
  g_atomic_int_inc (&silent->calls);
  g_main_context_wakeup (NULL);
  g_object_unref (message);
  return NULL;
}

static gboolean
is_asked (gpointer data)
{
  return g_atomic_int_get (&((Silent *)data)->calls) > 0;
}

/* Owns the name and never answers, as a service does that waits for a password. */
static void
silent_init (Silent  *self,
             Fixture *fixture)
{
  g_autofree char *address = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  self->connection = g_dbus_connection_new_for_address_sync (
    address,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
      G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_add_filter (self->connection, swallow, self, NULL);
  reply = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", NAME, 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  opt_test_wait_until (is_there, fixture);
}

static void
silent_clear (Silent  *self,
              Fixture *fixture)
{
  g_assert_true (g_dbus_connection_close_sync (self->connection, NULL, NULL));
  g_clear_object (&self->connection);
  opt_test_wait_until (is_gone, fixture);
}

static void
assert_times_out (Fixture       *fixture,
                  gboolean       interactive,
                  gint64         seconds,
                  OptSecretError code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;
  Silent        silent = { 0 };

  silent_init (&silent, fixture);
  opt_secret_store_lookup_async (fixture->store, OPT_SECRET_BOT, "main", interactive, NULL,
                                 opt_test_take_result, &place);
  opt_test_wait_until (is_asked, &silent);
  opt_test_clock_advance (fixture->clock, seconds * G_TIME_SPAN_SECOND - 1);
  opt_test_run_pending ();
  g_assert_null (place);
  opt_test_clock_advance (fixture->clock, 1);
  result = opt_test_wait_result (&place);
  g_assert_null (opt_secret_store_lookup_finish (fixture->store, result, &error));
  g_assert_error (error, OPT_SECRET_ERROR, (int)code);
  silent_clear (&silent, fixture);
}

static void
test_silent (Fixture      *fixture,
             gconstpointer data)
{
  g_test_summary ("A service that does not answer is given up on.");

  assert_times_out (fixture, FALSE, 10, OPT_SECRET_ERROR_NO_SERVICE);
  assert_times_out (fixture, TRUE, 300, OPT_SECRET_ERROR_DISMISSED);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;
  Silent        silent = { 0 };

  g_test_summary ("Waiting for a service can be cancelled.");

  silent_init (&silent, fixture);
  opt_secret_store_lookup_async (fixture->store, OPT_SECRET_BOT, "main", TRUE, cancellable,
                                 opt_test_take_result, &place);
  opt_test_wait_until (is_asked, &silent);
  g_cancellable_cancel (cancellable);
  result = opt_test_wait_result (&place);
  g_assert_null (opt_secret_store_lookup_finish (fixture->store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  silent_clear (&silent, fixture);
}

/* A bus of our own that starts no service; GTestDBus wants libsecret to let go of it in the end. */
static GSubprocess *
start_bus (const char *folder)
{
  g_autofree char *config = g_build_filename (folder, "bus.conf", NULL);
  g_autofree char *argument = g_strconcat ("--config-file=", config, NULL);
  g_autofree char *text = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *bus;

  text = g_strdup_printf ("<busconfig><type>session</type><listen>unix:dir=%s</listen>"
                          "<policy context='default'><allow send_destination='*'/>"
                          "<allow receive_sender='*'/><allow own='*'/></policy></busconfig>",
                          folder);
  g_assert_true (g_file_set_contents (config, text, -1, &error));
  bus = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          &error, "dbus-daemon", argument, "--nofork", "--nosyslog",
                          "--print-address", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus));
  address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);

  connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  return bus;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autoptr (GSubprocess) bus = NULL;
  int rc;

  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  g_setenv ("SECRET_BACKEND", "service", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
  g_test_add ("/secrets/libsecret/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("no-service", test_no_service);
  g_test_add_func ("/secrets/libsecret/no-bus", test_no_bus);
  ADD ("unlocked", test_unlocked);
  ADD ("locked", test_locked);
  ADD ("prompt", test_prompt);
  ADD ("no-keyring", test_no_keyring);
  ADD ("silent", test_silent);
  ADD ("cancelled", test_cancelled);

  if (g_test_subprocess ())
    {
      g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
      return g_test_run ();
    }
  bus = start_bus (folder);
  rc = g_test_run ();
  g_subprocess_force_exit (bus);
  g_subprocess_wait (bus, NULL, NULL);
  return rc;
}
