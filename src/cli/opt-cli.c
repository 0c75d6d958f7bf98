/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli.h"

#include <string.h>

#include "opt-redact.h"

/* Stands before an argument of minus and digits while options are parsed, since a chat id is never
 * an option. */
#define NUMBER_MARK "\x1a"

static void
print_help (void)
{
  g_print ("optimusctl: talk to the Optimus agent\n\nUsage: optimusctl VERB [--json] …\n\n");
  for (const OptCliVerb *verb = opt_cli_verbs; verb->noun != NULL; verb++)
    {
      g_autofree char *call = NULL;

      call = g_strjoin (" ", verb->noun, verb->verb != NULL ? verb->verb : verb->arguments,
                        verb->verb != NULL ? verb->arguments : NULL, NULL);
      g_print ("  %s\n      %s\n", call, verb->summary);
    }
  g_print ("\n`optimusctl VERB --help` tells more.\n"
           "Exit: 0 accepted, 1 failed, 2 wrong usage, 3 unknown task, job, bot or row, "
           "4 refused, 5 no agent, 6 time is up.\n");
}

static const OptCliVerb *
find_verb (char **arguments,
           guint *n_words)
{
  for (const OptCliVerb *verb = opt_cli_verbs; verb->noun != NULL; verb++)
    {
      if (g_strcmp0 (arguments[0], verb->noun) != 0)
        continue;
      *n_words = verb->verb != NULL ? 2 : 1;
      if (verb->verb == NULL || g_strcmp0 (arguments[1], verb->verb) == 0)
        return verb;
    }
  return NULL;
}

static gboolean
is_noun (const char *word)
{
  for (const OptCliVerb *verb = opt_cli_verbs; verb->noun != NULL; verb++)
    {
      if (g_str_equal (word, verb->noun))
        return TRUE;
    }
  return FALSE;
}

static void
print_noun_help (const char *noun)
{
  for (const OptCliVerb *verb = opt_cli_verbs; verb->noun != NULL; verb++)
    {
      if (g_str_equal (noun, verb->noun))
        g_print ("optimusctl %s %s %s\n    %s\n", verb->noun, verb->verb, verb->arguments,
                 verb->summary);
    }
}

/**
 * opt_cli_run:
 * @self: a cleared structure
 * @arguments: the words behind the program's name
 *
 * Runs the verb that the arguments name.
 *
 * Returns: what to exit with
 */
OptExit
opt_cli_run (OptCli *self,
             char  **arguments)
{
  guint n_words = 0;

  /* Errors are printed as JSON too, so this must be known before anything is parsed. */
  for (guint i = 0; arguments[i] != NULL && !g_str_equal (arguments[i], "--"); i++)
    self->json = self->json || g_str_equal (arguments[i], "--json");

  if (arguments[0] == NULL)
    {
      print_help ();
      return OPT_EXIT_USAGE;
    }
  if (g_str_equal (arguments[0], "--help") || g_str_equal (arguments[0], "-h") ||
      g_str_equal (arguments[0], "help"))
    {
      print_help ();
      return OPT_EXIT_OK;
    }
  if (g_str_equal (arguments[0], "--version"))
    {
      g_print ("optimusctl %s\n", OPT_VERSION);
      return OPT_EXIT_OK;
    }

  self->verb = find_verb (arguments, &n_words);
  if (self->verb != NULL)
    return self->verb->run (self, arguments + n_words);
  if (is_noun (arguments[0]) &&
      (g_strcmp0 (arguments[1], "--help") == 0 || g_strcmp0 (arguments[1], "-h") == 0))
    {
      print_noun_help (arguments[0]);
      return OPT_EXIT_OK;
    }
  if (is_noun (arguments[0]))
    return opt_cli_fail (
      self,
      opt_cli_error (OPT_IPC_ERROR_USAGE, arguments[0],
                     "`optimusctl %s` needs one of its verbs; `optimusctl %s --help` lists them",
                     arguments[0], arguments[0]));
  return opt_cli_fail (self, opt_cli_error (OPT_IPC_ERROR_USAGE, arguments[0],
                                            "there is no verb “%s”; `optimusctl --help` lists them",
                                            arguments[0]));
}

/**
 * opt_cli_clear:
 * @self: a structure
 *
 * Frees what @self owns.
 */
void
opt_cli_clear (OptCli *self)
{
  g_clear_object (&self->bus);
}

static gboolean
is_negative_number (const char *word)
{
  return word[0] == '-' && g_ascii_isdigit (word[1]);
}

/* What GOption must not misread: numbers below zero, and the optional value of --wait. */
static char **
protect_words (char **arguments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, "optimusctl");
  for (guint i = 0; arguments[i] != NULL; i++)
    {
      g_autofree char *word = NULL;

      if (is_negative_number (arguments[i]))
        word = g_strconcat (NUMBER_MARK, arguments[i], NULL);
      else if (g_str_equal (arguments[i], "--wait"))
        word = g_strdup ("--wait=");
      else
        word = g_strdup (arguments[i]);
      g_strv_builder_add (builder, word);
    }
  return g_strv_builder_end (builder);
}

static void
restore_word (char *word)
{
  if (g_str_has_prefix (word, NUMBER_MARK))
    memmove (word, word + strlen (NUMBER_MARK), strlen (word + strlen (NUMBER_MARK)) + 1);
}

static void
restore_values (const GOptionEntry *entries)
{
  for (const GOptionEntry *entry = entries; entry != NULL && entry->long_name != NULL; entry++)
    {
      if (entry->arg == G_OPTION_ARG_STRING || entry->arg == G_OPTION_ARG_FILENAME)
        {
          char **value = entry->arg_data;

          if (*value != NULL)
            restore_word (*value);
        }
      else if (entry->arg == G_OPTION_ARG_STRING_ARRAY)
        {
          char ***values = entry->arg_data;

          for (guint i = 0; *values != NULL && (*values)[i] != NULL; i++)
            restore_word ((*values)[i]);
        }
    }
}

static gboolean
count_words (OptCli  *self,
             char   **words,
             guint    least,
             guint    most,
             GError **error)
{
  guint n = g_strv_length (words);

  if (n >= least && n <= most)
    return TRUE;
  g_propagate_error (error,
                     opt_cli_error (OPT_IPC_ERROR_USAGE, n > most ? words[most] : NULL,
                                    "%s: usage: optimusctl %s%s%s %s",
                                    n > most ? "too many arguments" : "something is missing",
                                    self->verb->noun, self->verb->verb != NULL ? " " : "",
                                    self->verb->verb != NULL ? self->verb->verb : "",
                                    self->verb->arguments));
  return FALSE;
}

/* The bus takes nothing but UTF-8, and all of it may end up there. */
static char **
take_valid (char **words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (words[i], -1);

      g_strv_builder_add (builder, valid);
    }
  return g_strv_builder_end (builder);
}

/**
 * opt_cli_parse:
 * @self: the run
 * @arguments: the words behind the verb
 * @entries: (nullable): the verb's options besides --json
 * @least: how many arguments must remain
 * @most: how many may remain
 * @error: return location
 *
 * Parses the options of a verb. An argument of minus and digits is never an option.
 *
 * Returns: (transfer full) (nullable): the words that are no options, as UTF-8, or NULL with an
 *   error of kind usage
 */
char **
opt_cli_parse (OptCli             *self,
               char              **arguments,
               const GOptionEntry *entries,
               guint               least,
               guint               most,
               GError            **error)
{
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = NULL;
  g_auto (GStrv) words = protect_words (arguments);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *usage = NULL;
  guint            first = 1;

  usage = g_strjoin (" ", self->verb->noun,
                     self->verb->verb != NULL ? self->verb->verb : self->verb->arguments,
                     self->verb->verb != NULL ? self->verb->arguments : NULL, NULL);
  context = g_option_context_new (usage);
  g_option_context_set_summary (context, self->verb->summary);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);

  if (!g_option_context_parse_strv (context, &words, &local_error))
    {
      g_propagate_error (error,
                         opt_cli_error (OPT_IPC_ERROR_USAGE, NULL, "%s", local_error->message));
      return NULL;
    }
  restore_values (entries);
  for (guint i = 0; words[i] != NULL; i++)
    restore_word (words[i]);
  /* GOption leaves the "--" that ends the options in place. */
  if (words[first] != NULL && g_str_equal (words[first], "--"))
    first++;
  if (!count_words (self, words + first, least, most, error))
    return NULL;
  return take_valid (words + first);
}

/**
 * opt_cli_error:
 * @code: the kind
 * @where: (nullable): what it is about
 * @format: the message, a phrase
 *
 * Returns: (transfer full): an error of %OPT_IPC_ERROR
 */
GError *
opt_cli_error (OptIpcError code,
               const char *where,
               const char *format,
               ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (OPT_IPC_ERROR, (int)code, format, args);
  va_end (args);
  opt_ipc_error_set_where (&error, where);
  return error;
}

static OptExit
error_to_exit (const GError *error)
{
  if (error->domain != OPT_IPC_ERROR)
    return OPT_EXIT_FAILED;
  switch ((OptIpcError)error->code)
    {
    case OPT_IPC_ERROR_USAGE:
      return OPT_EXIT_USAGE;
    case OPT_IPC_ERROR_UNKNOWN:
      return OPT_EXIT_UNKNOWN;
    case OPT_IPC_ERROR_REFUSED:
      return OPT_EXIT_REFUSED;
    case OPT_IPC_ERROR_NO_AGENT:
      return OPT_EXIT_NO_AGENT;
    case OPT_IPC_ERROR_TIMEOUT:
      return OPT_EXIT_TIMEOUT;
    case OPT_IPC_ERROR_FAILED:
    case OPT_IPC_ERROR_INTERNAL:
    default:
      return OPT_EXIT_FAILED;
    }
}

/**
 * opt_cli_fail:
 * @self: the run
 * @error: (transfer full): what went wrong
 *
 * Prints @error on standard error, as JSON when that was asked for.
 *
 * Returns: what to exit with
 */
OptExit
opt_cli_fail (OptCli *self,
              GError *error)
{
  g_autoptr (GError) owned = error;
  g_autofree char *plain = opt_ipc_error_dup_message (error);
  g_autofree char *message = opt_redact (plain);
  g_autofree char *place = opt_ipc_error_dup_where (error);
  g_autofree char *where = opt_redact (place);

  if (self->json)
    {
      g_auto (OptJsonWriter) writer = { NULL, FALSE };
      g_autofree char *text = NULL;

      opt_json_writer_init (&writer);
      opt_json_writer_open_object (&writer, NULL);
      opt_json_writer_open_object (&writer, "error");
      opt_json_writer_add_string (&writer, "kind", opt_ipc_error_get_kind (error));
      opt_json_writer_add_string (&writer, "message", message);
      opt_json_writer_add_string (&writer, "where", where);
      opt_json_writer_close_object (&writer);
      opt_json_writer_close_object (&writer);
      text = opt_json_writer_end (&writer);
      g_printerr ("%s\n", text);
    }
  else
    g_printerr ("optimusctl: %s\n", message);
  return error_to_exit (error);
}
