/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-link.h"

#include <string.h>

/* Without a protocol only these endings make a link; of the two-letter ones those of countries. */
static const char long_endings[] =
  " academy agency app art asia audio bar best bio biz blog buzz cafe cam camp care casa center "
  "chat city "
  "cloud club codes com community company cool date deals design dev digital earth edu email "
  "energy events "
  "expert express fit fm fund fun games global gov green group guide guru health help home host "
  "house icu "
  "info ink int land life link live ltd market media men mil mobi money moscow museum name net "
  "network news "
  "ninja one online onion org page partners party photo photos place plus press pro racing red "
  "report review "
  "reviews rocks run sale school science services shop show site social software solutions space "
  "store stream "
  "studio support systems team tech technology tel today tools top tours town trade training "
  "travel tube "
  "university video vip watch website wiki win work works world wtf xxx xyz zone ";

static const char short_endings[] =
  " ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs "
  "bt bw by bz "
  "ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu "
  "fi fj fk fm "
  "fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io "
  "iq ir is it "
  "je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh "
  "mk ml mm mn "
  "mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl "
  "pm pn pr ps "
  "pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td "
  "tf tg th tj "
  "tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw ";

static gboolean
is_common_ending (const char *label,
                  gsize       length)
{
  g_autofree char *lower = NULL;
  g_autofree char *needle = NULL;

  if (length > 24)
    return FALSE;

  lower = g_ascii_strdown (label, (gssize)length);
  needle = g_strconcat (" ", lower, " ", NULL);
  return strstr (length == 2 ? short_endings : long_endings, needle) != NULL;
}

static gboolean
is_domain_char (const char *at)
{
  return g_ascii_isalnum (*at) || *at == '-' || *at == '_' || *at == '.' ||
         ((guchar)*at >= 0x80 && g_unichar_isalnum (g_utf8_get_char (at)));
}

static const char *
skip_domain (const char *at)
{
  const char *end = at;

  while (*at != '\0' && is_domain_char (at))
    {
      at = g_utf8_next_char (at);
      if (at[-1] != '.' && at[-1] != '-' && at[-1] != '_')
        end = at;
    }

  return end;
}

static gboolean
is_address (const char *from,
            const char *end)
{
  g_autofree char *text = g_strndup (from, (gsize)(end - from));

  return g_hostname_is_ip_address (text);
}

static gboolean
is_domain (const char *from,
           const char *end,
           gboolean    needs_common)
{
  const char *dot = g_strrstr_len (from, end - from, ".");
  gsize       length;

  if (dot == NULL || dot == from || g_strstr_len (from, end - from, "..") != NULL)
    return FALSE;
  if (is_address (from, end))
    return TRUE;

  length = (gsize)(end - dot - 1);
  if (length < 2)
    return FALSE;
  for (const char *at = dot + 1; at < end; at++)
    {
      if (!g_ascii_isalpha (*at) && (guchar)*at < 0x80)
        return FALSE;
    }

  return !needs_common || is_common_ending (dot + 1, length);
}

static gboolean
is_path_char (gunichar c)
{
  if (c <= ' ' || c == '<' || c == '>' || c == '"' || c == 0xab || c == 0xbb)
    return FALSE;

  return !g_unichar_isspace (c) && (c < 0x2000 || c > 0x206f || c == 0x200c || c == 0x200d ||
                                    (c >= 0x2010 && c <= 0x2015));
}

static const char *
skip_path (const char *at)
{
  const char *end = at;
  int         round = 0;
  int         square = 0;

  if (*at == '\0' || strchr ("/?#", *at) == NULL)
    return at;

  for (; is_path_char (g_utf8_get_char (at)); at = g_utf8_next_char (at))
    {
      round += *at == '(' ? 1 : *at == ')' ? -1
                                           : 0;
      square += *at == '[' ? 1 : *at == ']' ? -1
                                            : 0;
      if (round < 0 || square < 0)
        break;
      if (strchr (".:;,('?!`", *at) == NULL)
        end = g_utf8_next_char (at);
    }

  /* A lone slash belongs to the link, a lone question mark does not. */
  return end;
}

static const char *
skip_port (const char *at)
{
  gsize digits = *at == ':' ? strspn (at + 1, G_CSET_DIGITS) : 0;

  return digits >= 1 && digits <= 5 ? at + 1 + digits : at;
}

static const char *
skip_protocol (const char *at)
{
  static const char *const protocols[] = { "http://", "https://", "ftp://" };

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      if (g_ascii_strncasecmp (at, protocols[i], strlen (protocols[i])) == 0)
        return at + strlen (protocols[i]);
    }

  return at;
}

static const char *
match_email (const char *at)
{
  gsize       length = strspn (at, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-.+");
  const char *domain = at + length + 1;
  const char *end;

  if (length < 1 || length > 64 || at[length] != '@' || at[length - 1] == '.')
    return NULL;

  end = skip_domain (domain);
  return is_domain (domain, end, FALSE) && !is_address (domain, end) ? end : NULL;
}

/**
 * opt_sandbox_link_match:
 * @text: a text
 * @at: a place in it where a word begins
 * @type: (out): `url` or `email`
 *
 * Tells whether a link or a mail address begins right here.
 *
 * Returns: (nullable): where it ends
 */
const char *
opt_sandbox_link_match (const char  *text,
                        const char  *at,
                        const char **type)
{
  const char *domain = skip_protocol (at);
  const char *end = match_email (at);

  if (end != NULL)
    {
      *type = "email";
      return end;
    }
  /* What follows a dot, a dash or an at sign is the rest of something that was no link. */
  if (at > text && strchr (".-@/", at[-1]) != NULL)
    return NULL;

  end = skip_domain (domain);
  if (!is_domain (domain, end, domain == at))
    return NULL;

  *type = "url";
  return skip_path (skip_port (end));
}
