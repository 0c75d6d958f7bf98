/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-root.h"

#include <string.h>

#include "opt-bot-error-private.h"
#include "opt-bot-session.h"

/* The same that libsoup reads its own addresses with. */
#define ROOT_FLAGS                                                                   \
  (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY | \
   G_URI_FLAGS_ENCODED_FRAGMENT | G_URI_FLAGS_SCHEME_NORMALIZE)

/* Documentation writes `/bot<token>` where a token belongs, and people paste that too. */
static gboolean
is_placeholder (const char *at)
{
  static const char *const placeholders[] = { "<token>", "{token}", "%3Ctoken%3E", "%7Btoken%7D",
                                              "TOKEN" };

  for (guint i = 0; i < G_N_ELEMENTS (placeholders); i++)
    if (g_ascii_strncasecmp (at, placeholders[i], strlen (placeholders[i])) == 0)
      return TRUE;
  return FALSE;
}

/* Cuts off `/bot<token>` and what follows, so that a token never becomes part of a setting. */
static void
drop_token (char *text)
{
  for (char *at = strstr (text, "/bot"); at != NULL; at = strstr (at + 1, "/bot"))
    {
      gsize digits = strspn (at + 4, "0123456789");

      if ((digits > 0 &&
           (at[4 + digits] == ':' || g_ascii_strncasecmp (at + 4 + digits, "%3a", 3) == 0)) ||
          is_placeholder (at + 4))
        {
          *at = '\0';
          return;
        }
    }
}

/* An IPv6 address, maybe with an interface behind a percent sign. */
static gboolean
is_ipv6 (const char *host)
{
  gsize            length = strcspn (host, "%");
  g_autofree char *text = g_strndup (host, length);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return FALSE;
  for (const char *at = host + length; *at != '\0'; at++)
    if (at != host + length && !g_ascii_isalnum (*at) && strchr ("-._", *at) == NULL)
      return FALSE;
  return TRUE;
}

/* Letters of any script may stand in a name; blanks and the like can't. */
static gboolean
is_host (const char *host)
{
  if (host == NULL || *host == '\0')
    return FALSE;
  if (strchr (host, ':') != NULL)
    return is_ipv6 (host);
  for (const char *at = host; *at != '\0'; at++)
    if ((guchar)*at < 0x80 && !g_ascii_isalnum (*at) && strchr ("-._", *at) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

static OptBotRoot *
root_new (GUri *uri)
{
  OptBotRoot      *self = g_new0 (OptBotRoot, 1);
  const char      *host = g_uri_get_host (uri);
  const char      *path = g_uri_get_path (uri);
  int              port = g_uri_get_port (uri);
  gsize            length = strlen (path);
  g_autofree char *bracketed = NULL;

  self->is_tls = strcmp (g_uri_get_scheme (uri), "https") == 0;
  self->is_loopback = is_loopback (host);
  self->identity = g_network_address_new (host, (guint16)port);

  bracketed = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  if (port == (self->is_tls ? 443 : 80))
    self->host = g_strdup (bracketed);
  else
    self->host = g_strdup_printf ("%s:%d", bracketed, port);

  while (length > 0 && path[length - 1] == '/')
    length--;
  self->prefix =
    g_strdup_printf ("%s://%s%.*s", g_uri_get_scheme (uri), self->host, (int)length, path);
  return self;
}

/**
 * opt_bot_root_parse:
 * @text: (nullable): an address; NULL or empty is the public Bot API
 * @allow_insecure: let plain http go beyond this machine
 * @error: return location: %OPT_BOT_ERROR_SETTINGS or %OPT_BOT_ERROR_INSECURE
 *
 * Reads `telegram.api_root`. Any path is kept, a pasted `/bot<token>` end is dropped.
 *
 * Returns: (transfer full): the root, or NULL with @error set
 */
OptBotRoot *
opt_bot_root_parse (const char *text,
                    gboolean    allow_insecure,
                    GError    **error)
{
  g_autofree char *address = g_strstrip (g_strdup (text != NULL ? text : ""));
  g_autoptr (GUri) uri = NULL;
  g_autoptr (OptBotRoot) self = NULL;
  const char *scheme;

  drop_token (address);
  uri = g_uri_parse (*address != '\0' ? address : OPT_BOT_PUBLIC_ROOT, ROOT_FLAGS, NULL);
  scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  if ((strcmp (scheme, "https") != 0 && strcmp (scheme, "http") != 0) ||
      !is_host (g_uri_get_host (uri)) || g_uri_get_port (uri) == 0)
    {
      g_propagate_error (error, opt_bot_error_new (OPT_BOT_ERROR_SETTINGS, FALSE,
                                                   "telegram.api_root is not a web address: "
                                                   "write it like https://host/path"));
      return NULL;
    }
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL)
    {
      g_propagate_error (error,
                         opt_bot_error_new (OPT_BOT_ERROR_SETTINGS, FALSE,
                                            "telegram.api_root may have a host, a port and a path, "
                                            "but no user name and nothing after ? or #"));
      return NULL;
    }

  self = root_new (uri);
  if (!self->is_tls && !self->is_loopback && !allow_insecure)
    {
      g_propagate_error (
        error, opt_bot_error_new (OPT_BOT_ERROR_INSECURE, FALSE,
                                  "telegram.api_root is plain http, so that the bot token could be "
                                  "read on the way to %s: use https, or allow it with "
                                  "telegram.api_root_insecure = True",
                                  self->host));
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * opt_bot_root_free:
 * @self: a root
 *
 * Frees it.
 */
void
opt_bot_root_free (OptBotRoot *self)
{
  g_free (self->prefix);
  g_free (self->host);
  g_object_unref (self->identity);
  g_free (self);
}

/**
 * opt_bot_proxy_check:
 * @text: an address
 * @error: return location: %OPT_BOT_ERROR_SETTINGS, without the address, since a password may stand
 *   in it
 *
 * Judges `telegram.proxy`.
 *
 * Returns: whether it can be used
 */
gboolean
opt_bot_proxy_check (const char *text,
                     GError    **error)
{
  static const char *const schemes[] = { "http", "socks5", "socks4", "socks4a", NULL };
  g_autoptr (GUri) uri = g_uri_parse (text, ROOT_FLAGS, NULL);

  if (uri != NULL && g_strv_contains (schemes, g_uri_get_scheme (uri)) &&
      is_host (g_uri_get_host (uri)) && g_uri_get_port (uri) > 0)
    return TRUE;

  g_propagate_error (
    error,
    opt_bot_error_new (OPT_BOT_ERROR_SETTINGS, FALSE,
                       "telegram.proxy is not the address of a proxy: "
                       "write it like socks5://host:1080 or http://user:password@host:3128"));
  return FALSE;
}
