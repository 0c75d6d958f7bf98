/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "opt-bot-root.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* An API root that is accepted is a web address, has no token in it, and is the same when read
 * again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (OptBotRoot) root = opt_bot_root_parse (text, FALSE, &error);
  g_autoptr (OptBotRoot) again = NULL;

  opt_bot_proxy_check (text, NULL);
  if ((root == NULL) == (error == NULL))
    abort ();
  if (root == NULL)
    return 0;

  if (!g_str_has_prefix (root->prefix, "https://") &&
      !(root->is_loopback && g_str_has_prefix (root->prefix, "http://")))
    abort ();
  if (strpbrk (root->prefix, " \r\n\t?#") != NULL)
    abort ();
  again = opt_bot_root_parse (root->prefix, FALSE, NULL);
  if (again == NULL || strcmp (again->prefix, root->prefix) != 0 ||
      again->is_loopback != root->is_loopback)
    abort ();
  return 0;
}
