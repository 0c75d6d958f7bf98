/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-exec-code.h"

#include <string.h>

static const struct
{
  const char *program; /* a version may follow, as in python3.11 */
  const char *options; /* those behind which code stands */
  OptCodeKind kind;
} interpreters[] = {
  { "sh", "c", OPT_CODE_SHELL },
  { "bash", "c", OPT_CODE_SHELL },
  { "dash", "c", OPT_CODE_SHELL },
  { "ash", "c", OPT_CODE_SHELL },
  { "ksh", "c", OPT_CODE_SHELL },
  { "zsh", "c", OPT_CODE_SHELL },
  { "su", "c", OPT_CODE_SHELL },
  { "fish", "c", OPT_CODE_OTHER },
  { "python", "c", OPT_CODE_OTHER },
  { "perl", "eE", OPT_CODE_OTHER },
  { "ruby", "e", OPT_CODE_OTHER },
  { "node", "ep", OPT_CODE_OTHER },
  { "php", "r", OPT_CODE_OTHER },
  { "lua", "e", OPT_CODE_OTHER },
};

static int
find_interpreter (const char *word)
{
  const char *slash = strrchr (word, '/');
  const char *base = slash != NULL ? slash + 1 : word;

  for (guint i = 0; i < G_N_ELEMENTS (interpreters); i++)
    {
      gsize length = strlen (interpreters[i].program);

      if (g_str_has_prefix (base, interpreters[i].program) &&
          base[length + strspn (base + length, "0123456789.-")] == '\0')
        return i;
    }
  return -1;
}

static gboolean
is_option (const char *word)
{
  return word[0] == '-' && word[1] != '\0';
}

/* Says whether a word of Exec is a program's text. `env`, `nice`, `timeout 5` and the like may
 * stand before the interpreter, and other options around the one that says so. */
OptCodeKind
opt_exec_get_code (char **exec,
                   guint  index)
{
  guint options = index;

  while (options > 0 && is_option (exec[options - 1]))
    options--;
  for (guint i = 0; i < options; i++)
    {
      int found = find_interpreter (exec[i]);

      for (guint j = options; found >= 0 && j < index; j++)
        if (exec[j][1] != '-' && strpbrk (exec[j], interpreters[found].options) != NULL)
          return interpreters[found].kind;
    }
  return OPT_CODE_NONE;
}

/* Which quotes of a shell are open at @offset, or 0. Where that is hard to tell it says 0,
 * which is the strict answer. */
static char
find_quote (const char *word,
            gsize       offset)
{
  char quote = 0;

  if (strpbrk (word, "#`\n") != NULL || strstr (word, "$(") != NULL ||
      strstr (word, "$'") != NULL || strstr (word, "<<") != NULL || strstr (word, "eval") != NULL)
    return 0;
  for (gsize i = 0; i < offset; i++)
    {
      if (word[i] == '\\' && quote != '\'')
        i++;
      else if (word[i] == quote)
        quote = 0;
      else if (quote == 0 && (word[i] == '"' || word[i] == '\''))
        quote = word[i];
    }
  return quote;
}

static gboolean
is_plain (const char *value)
{
  for (const char *at = value; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && (guchar)*at < 0x80 && strchr ("_-.,/:@%+", *at) == NULL)
      return FALSE;
  return TRUE;
}

/* Says whether a value, put into a program's text at @offset, remains one word there and
 * nothing but text. */
gboolean
opt_exec_code_allows (const char *word,
                      gsize       offset,
                      const char *value,
                      OptCodeKind kind)
{
  char quote = kind == OPT_CODE_SHELL ? find_quote (word, offset) : 0;

  if (quote == '\'')
    return strchr (value, '\'') == NULL;
  if (quote == '"')
    return strpbrk (value, "\"$`\\") == NULL;
  return is_plain (value);
}
