/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-job-files.h"

#include <string.h>

#include "opt-runner-text.h"

bool
opt_runner_progress_parse (OptRunnerEvent *event,
                           const char     *data,
                           size_t          size)
{
  size_t used = 0;
  int    percent = 0;

  while (used < size && used < 4 && data[used] >= '0' && data[used] <= '9')
    percent = percent * 10 + (data[used++] - '0');
  if (used == 0 || used > 3 || percent > 100)
    return false;
  if (used < size && data[used] == '%')
    used++;
  if (used < size && data[used] != ' ' && data[used] != '\t' && data[used] != '\r')
    return false;
  event->percent = percent;
  opt_runner_text_clean (event->text, sizeof event->text, data + used, size - used);
  return true;
}

size_t
opt_runner_event_format (const OptRunnerEvent *event,
                         char                 *buffer)
{
  OptRunnerText text = { buffer, OPT_RUNNER_CONTROL_MAX, 0 };

  opt_runner_text_add (&text, "%lld %d %s\n", (long long)event->time, event->percent, event->text);
  return text.used;
}

size_t
opt_runner_control_format (int         percent,
                           const char *text,
                           char       *buffer)
{
  OptRunnerText line = { buffer, OPT_RUNNER_CONTROL_MAX, 0 };
  char          clean[OPT_RUNNER_TEXT_MAX + 1];

  if (percent < 0 || percent > 100)
    return 0;
  opt_runner_text_clean (clean, sizeof clean, text, strlen (text));
  opt_runner_text_add (&line, "progress %d %s\n", percent, clean);
  return line.used;
}

static bool
event_parse (OptRunnerEvent *event,
             const char     *line,
             size_t          size)
{
  OptRunnerEvent read = { 0 };
  char           number[24];
  uint64_t       time;
  const char    *space = memchr (line, ' ', size);

  if (space == NULL || (size_t)(space - line) >= sizeof number)
    return false;
  memcpy (number, line, (size_t)(space - line));
  number[space - line] = '\0';
  if (!opt_runner_text_to_uint (number, INT64_MAX, &time))
    return false;
  read.time = (int64_t)time;
  if (!opt_runner_progress_parse (&read, space + 1, size - (size_t)(space + 1 - line)))
    return false;
  *event = read;
  return true;
}

bool
opt_runner_events_last (OptRunnerEvent *event,
                        const char     *data,
                        size_t          size)
{
  const char *newline = size > 0 ? memrchr (data, '\n', size) : NULL;

  while (newline != NULL)
    {
      const char *before = memrchr (data, '\n', (size_t)(newline - data));
      const char *line = before != NULL ? before + 1 : data;

      if (event_parse (event, line, (size_t)(newline - line)))
        return true;
      newline = before;
    }
  return false;
}
