/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-text: numbers and bounded strings for the readers and writers of a job's files.
 * Private to this folder; it stands in for the little of GLib that the runner would need. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** OptRunnerText: a buffer that strings are appended to; what does not fit is dropped. */
typedef struct
{
  char  *data; /* (not owned) */
  size_t size; /* bytes of @data, a NUL included */
  size_t used;
} OptRunnerText;

/**
 * opt_runner_text_add: appends a formatted string.
 * @text: where to
 */
void opt_runner_text_add (OptRunnerText *text,
                          const char    *format,
                          ...) __attribute__ ((format (printf, 2, 3)));

/**
 * opt_runner_text_to_uint: reads a decimal number that is nothing but digits.
 * @string: the whole string
 * @max: the largest value allowed
 * @value: (out): only written on success
 *
 * Returns: whether it is one
 */
bool opt_runner_text_to_uint (const char *string,
                              uint64_t    max,
                              uint64_t   *value);

/**
 * opt_runner_text_clean: copies a text for display.
 * @target: where to
 * @size: bytes of @target, a NUL included; at least 1
 * @source: any bytes
 * @length: how many
 *
 * Control characters become spaces, bytes that are no UTF-8 become `?`, spaces at both ends go,
 * and a character is never cut in two.
 *
 * Returns: how many bytes were written, without the NUL
 */
size_t opt_runner_text_clean (char       *target,
                              size_t      size,
                              const char *source,
                              size_t      length);
