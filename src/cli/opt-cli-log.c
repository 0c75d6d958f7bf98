/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "opt-cli-agent.h"
#include "opt-cli-print.h"
#include "opt-cli-verbs.h"

#include "opt-text.h"

/* One piece of output: the bytes as they are, or an object a line for programs. */
static void
print_piece (OptCli       *self,
             const guint8 *data,
             gsize         length,
             guint64       offset,
             guint64       cut)
{
  g_auto (OptJsonWriter) writer = { NULL, FALSE };
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  if (!self->json)
    {
      if (cut > 0)
        printf ("[%" G_GUINT64_FORMAT " bytes were not kept]\n", cut);
      fwrite (data, 1, length, stdout);
      fflush (stdout);
      return;
    }
  text = opt_text_make_valid ((const char *)data, (gssize)length);
  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_int (&writer, "offset", (gint64)offset);
  opt_json_writer_add_int (&writer, "cut", (gint64)cut);
  opt_json_writer_add_string (&writer, "text", text);
  opt_json_writer_close_object (&writer);
  line = opt_json_writer_end (&writer);
  printf ("%s\n", line);
  fflush (stdout);
}

static void
print_whole (const GString *text,
             guint64        bytes,
             guint64        cut)
{
  g_auto (OptJsonWriter) writer = { NULL, FALSE };
  g_autofree char *valid = opt_text_make_valid (text->str, (gssize)text->len);
  g_autofree char *line = NULL;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_int (&writer, "bytes", (gint64)bytes);
  opt_json_writer_add_int (&writer, "cut", (gint64)cut);
  opt_json_writer_add_string (&writer, "text", valid);
  opt_json_writer_close_object (&writer);
  line = opt_json_writer_end (&writer);
  printf ("%s\n", line);
}

/* Reads piece by piece. As JSON, what is followed is an object a piece, what is not one object in
 * all. */
static gboolean
read_log (OptCli     *self,
          const char *job,
          gboolean    follow,
          GError    **error)
{
  g_autoptr (GString) whole = self->json && !follow ? g_string_new (NULL) : NULL;
  guint64  offset = 0, all_cut = 0;
  gboolean ended = FALSE;
  gsize    length = 1;

  while (!ended && (follow || length > 0))
    {
      g_autoptr (GVariant) reply = NULL;
      g_autoptr (GVariant) data = NULL;
      const guint8 *bytes;
      guint64       cut;

      reply = opt_cli_call (self, "Jobs", "ReadLog", g_variant_new ("(stb)", job, offset, follow),
                            "(ayttb)", error);
      if (reply == NULL)
        return FALSE;
      g_variant_get (reply, "(@ayttb)", &data, &offset, &cut, &ended);
      bytes = g_variant_get_fixed_array (data, &length, 1);
      all_cut += cut;
      if (whole != NULL)
        g_string_append_len (whole, (const char *)bytes, (gssize)length);
      else if (length > 0 || cut > 0)
        print_piece (self, bytes, length, offset - length, cut);
    }
  if (whole != NULL)
    print_whole (whole, offset, all_cut);
  return TRUE;
}

OptExit
opt_cli_job_log (OptCli *self,
                 char  **arguments)
{
  g_auto (GStrv) words = NULL;
  gboolean           follow = FALSE;
  GError            *error = NULL;
  const GOptionEntry entries[] = {
    { "follow", 'f', 0, G_OPTION_ARG_NONE, &follow, "Go on until the job ends", NULL },
    G_OPTION_ENTRY_NULL
  };

  words = opt_cli_parse (self, arguments, entries, 1, 1, &error);
  if (words == NULL || !read_log (self, words[0], follow, &error))
    return opt_cli_fail (self, error);
  return OPT_EXIT_OK;
}
