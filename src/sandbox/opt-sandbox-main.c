/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <glib-unix.h>

#include "opt-clock-system.h"
#include "opt-sandbox.h"

typedef struct
{
  int      port;
  gboolean has_rate_limits;
  gboolean show_version;
  char    *certificate; /* (owned) */
  char   **rest;        /* (owned) */
} Options;

static void
options_clear (Options *options)
{
  g_free (options->certificate);
  g_strfreev (options->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *options,
       int     *argc,
       char  ***argv,
       GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, "Listen on this port; 0 picks a free one",
      "N" },
    { "rate-limits", 0, 0, G_OPTION_ARG_NONE, &options->has_rate_limits,
      "Answer 429 to those who write too fast", NULL },
    { "tls", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate, "Speak HTTPS with these PEM files",
      "CERT KEY" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->show_version, "Tell the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- a local Telegram Bot API server");
  guint expected;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  /* GOption gives an option one argument: the key comes as the rest. */
  expected = options->certificate != NULL ? 1 : 0;
  if ((options->rest != NULL ? g_strv_length (options->rest) : 0) != expected)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           expected == 1 ? "--tls needs a certificate and a key: --tls CERT KEY"
                                         : "there is an argument too many");
      return FALSE;
    }
  if (options->port < 0 || options->port > 65535)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--port must be 0 to 65535, not %d", options->port);
      return FALSE;
    }

  return TRUE;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
serve (const Options *options,
       GError       **error)
{
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  g_autoptr (OptSandbox) sandbox = opt_sandbox_new (clock, options->has_rate_limits);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *root = NULL;

  if (options->certificate != NULL)
    {
      certificate =
        g_tls_certificate_new_from_files (options->certificate, options->rest[0], error);
      if (certificate == NULL)
        return FALSE;
    }
  if (!opt_sandbox_listen (sandbox, (guint)options->port, certificate, error))
    return FALSE;

  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  root = opt_sandbox_get_root (sandbox);
  g_print ("listening %s\n", root);
  fflush (stdout);
  g_main_loop_run (loop);
  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_auto (Options) options = { 0, FALSE, FALSE, NULL, NULL };
  g_autoptr (GError) error = NULL;

  if (!parse (&options, &argc, &argv, &error))
    {
      g_printerr ("optimus-sandbox: %s\n", error->message);
      return 2;
    }
  if (options.show_version)
    {
      g_print ("optimus-sandbox %s\n", OPT_VERSION);
      return EXIT_SUCCESS;
    }
  if (!serve (&options, &error))
    {
      g_printerr ("optimus-sandbox: %s\n", error->message);
      return EXIT_FAILURE;
    }

  return EXIT_SUCCESS;
}
