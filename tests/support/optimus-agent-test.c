/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "opt-agent-application.h"
#include "opt-redact.h"
#include "opt-test-clock.h"

/* The agent on a clock that stands still. "advance SECONDS" on standard input moves it, from timer
 * to timer, each once the one before has had its effect; then it answers "idle". Never installed.
 */

typedef struct
{
  GSource       source;
  OptAgent     *agent; /* (owned) */
  OptTestClock *clock; /* (owned) */
  GString      *input; /* (owned) */
  gboolean      advancing;
  gint64        target; /* boot time */
} Mover;

static gboolean
mover_prepare (GSource *source,
               int     *timeout)
{
  Mover *self = (Mover *)source;

  *timeout = -1;
  return self->advancing && opt_agent_is_idle (self->agent);
}

static gboolean
mover_check (GSource *source)
{
  Mover *self = (Mover *)source;

  return self->advancing && opt_agent_is_idle (self->agent);
}

static gboolean
mover_dispatch (GSource    *source,
                GSourceFunc callback,
                gpointer    user_data)
{
  Mover *self = (Mover *)source;
  gint64 now = opt_clock_get_boot (OPT_CLOCK (self->clock));
  gint64 due = opt_test_clock_next_due (self->clock);

  if (due >= 0 && now + due <= self->target)
    {
      opt_test_clock_advance (self->clock, due);
      return G_SOURCE_CONTINUE;
    }
  if (self->target > now)
    opt_test_clock_advance (self->clock, self->target - now);
  self->advancing = FALSE;
  printf ("idle\n");
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs mover_funcs = { mover_prepare, mover_check, mover_dispatch, NULL, NULL, NULL };

static void
take_line (Mover      *self,
           const char *line)
{
  char  *end = NULL;
  double seconds;

  if (!g_str_has_prefix (line, "advance "))
    {
      printf ("unknown: %s\n", line);
      fflush (stdout);
      return;
    }
  seconds = g_ascii_strtod (line + strlen ("advance "), &end);
  self->target = opt_clock_get_boot (OPT_CLOCK (self->clock)) + (gint64)(seconds * G_USEC_PER_SEC);
  self->advancing = TRUE;
}

static gboolean
input_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  Mover *self = user_data;
  char   buffer[256];
  gssize n = read (fd, buffer, sizeof buffer);
  char  *newline;

  if (n == 0 || (n < 0 && errno != EAGAIN))
    return G_SOURCE_REMOVE;
  if (n > 0)
    g_string_append_len (self->input, buffer, n);
  while (!self->advancing && (newline = strchr (self->input->str, '\n')) != NULL)
    {
      g_autofree char *line = g_strndup (self->input->str, (gsize)(newline - self->input->str));

      g_string_erase (self->input, 0, newline - self->input->str + 1);
      take_line (self, line);
    }
  return G_SOURCE_CONTINUE;
}

static void
ready_cb (OptAgent *agent,
          gpointer  user_data)
{
  GSource *source = g_source_new (&mover_funcs, sizeof (Mover));
  Mover   *self = (Mover *)source;

  self->agent = g_object_ref (agent);
  self->clock = g_object_ref (user_data);
  self->input = g_string_new (NULL);
  /* After everything else that is ready: only then is it idle. */
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_attach (source, NULL);
  g_unix_set_fd_nonblocking (STDIN_FILENO, TRUE, NULL);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, input_cb, self);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (OptTestClock) clock = NULL;
  gint64 ahead = 0;

  if (argc > 2 || (argc == 2 && !g_ascii_string_to_signed (argv[1], 10, 0, G_MAXINT32, &ahead,
                                                           NULL)))
    {
      g_printerr ("Usage: optimus-agent-test [SECONDS]\n\nStarts so far ahead of the time.\n");
      return 2;
    }
  clock = opt_test_clock_new ((g_date_time_to_unix (now) + ahead) * G_USEC_PER_SEC);
  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
  opt_redact_install_log_writer ();
  return opt_agent_application_main (OPT_CLOCK (clock), ready_cb, clock);
}
