/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-value.h"

#include <gio/gio.h>
#include <string.h>

/* Whether nothing on the network can read along: the request never leaves this machine. */
static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0 ||
         (strlen (host) > 10 &&
          g_ascii_strcasecmp (host + strlen (host) - 10, ".localhost") == 0);
}

/* Whether a part of the path is what one pastes with a bot token: `bot123:AA…`, `bot<token>`. */
static gboolean
is_token_part (const char *part)
{
  gsize digits;

  if (!g_str_has_prefix (part, "bot"))
    return FALSE;
  part += strlen ("bot");
  digits = strspn (part, "0123456789");
  return *part == '<' || *part == '{' || g_ascii_strncasecmp (part, "%3C", 3) == 0 ||
         g_ascii_strncasecmp (part, "%7B", 3) == 0 ||
         (digits > 0 && (part[digits] == ':' ||
                         g_ascii_strncasecmp (part + digits, "%3A", 3) == 0));
}

/* The path without trailing slashes, and without `/bot<token>` and what stands behind it. */
static char *
clean_path (const char *path,
            gboolean   *had_token)
{
  g_autoptr (GString) clean = g_string_new (NULL);
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (is_token_part (parts[i]))
        {
          *had_token = parts[i][strlen ("bot")] >= '0' && parts[i][strlen ("bot")] <= '9';
          break;
        }
      if (parts[i][0] != '\0')
        g_string_append_printf (clean, "/%s", parts[i]);
    }
  return g_string_free (g_steal_pointer (&clean), FALSE);
}

static GUri *
parse_url (const char *text)
{
  GUri *uri;

  /* Placeholders as the documentation of proxies has them are no legal characters of a URL. */
  if (strpbrk (text, " \t\\\"") != NULL)
    return NULL;
  uri = g_uri_parse (text, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  if (uri != NULL && (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'))
    g_clear_pointer (&uri, g_uri_unref);
  return uri;
}

/*
 * An http or https URL with any path before `/bot<token>`; @is_plain: http to another machine;
 * @had_token: there was a bot token in it.
 */
gboolean
opt_config_value_api_root (const char *text,
                           char      **place,
                           gboolean   *is_plain,
                           gboolean   *had_token)
{
  g_autoptr (GUri) uri = parse_url (text);
  g_autofree char *path = NULL;
  const char      *scheme;

  *is_plain = *had_token = FALSE;
  if (uri == NULL)
    return FALSE;

  path = clean_path (g_uri_get_path (uri), had_token);
  scheme = g_uri_get_scheme (uri);
  if ((strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0) ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL || g_uri_get_port (uri) == 0)
    return FALSE;

  *is_plain = strcmp (scheme, "http") == 0 && !is_loopback (g_uri_get_host (uri));
  g_free (*place);
  *place = g_uri_join (G_URI_FLAGS_ENCODED, scheme, NULL, g_uri_get_host (uri),
                       g_uri_get_port (uri), path, NULL, NULL);
  return TRUE;
}

gboolean
opt_config_value_proxy (const char *text,
                        char      **place)
{
  static const char *const schemes[] = { "http", "https", "socks", "socks4", "socks4a",
                                         "socks5", NULL };
  g_autoptr (GUri) uri = parse_url (text);

  if (uri == NULL || !g_strv_contains (schemes, g_uri_get_scheme (uri)) ||
      strlen (g_uri_get_path (uri)) > 1 || g_uri_get_query (uri) != NULL)
    return FALSE;
  g_free (*place);
  *place = g_strdup (text);
  return TRUE;
}

gboolean
opt_config_value_bus_url (const char *text,
                          char      **place)
{
  if (!g_str_has_prefix (text, "postgresql://") && !g_str_has_prefix (text, "postgres://"))
    return FALSE;
  g_free (*place);
  *place = g_strdup (text);
  return TRUE;
}
