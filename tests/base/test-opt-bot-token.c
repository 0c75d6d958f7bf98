/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-token.h"

#include <string.h>

/* The sample of a well-known guide; its secret has 34 characters. */
#define TOKEN "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"
#define OTHER "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"

static void
assert_parsed (const char *text,
               const char *expected)
{
  char *token = opt_bot_token_parse (text);

  g_assert_cmpstr (token, ==, expected);
  opt_bot_token_free (token);
}

static void
test_pasted (void)
{
  g_test_summary ("A token is found in what people paste.");

  assert_parsed (TOKEN, TOKEN);
  assert_parsed ("  " TOKEN "\r\n", TOKEN);
  assert_parsed ("4839574812: AAFD39kkdpWt3ywyRZergyOLMaJhac60qc", TOKEN);
  assert_parsed ("4839574812:\t AAFD39kkdpWt3ywyRZergyOLMaJhac60qc", TOKEN);
  assert_parsed ("https://api.telegram.org/bot" TOKEN "/getUpdates", TOKEN);
  assert_parsed ("token=\"" TOKEN "\"", TOKEN);
  assert_parsed ("Done! Congratulations on your new bot. You will find it at "
                 "t.me/some_bot. You can "
                 "now add a description, see /help for a list of commands. By the way, when you've "
                 "finished creating your cool bot, ping our Bot Support at 12:30.\n\nUse this "
                 "token to access the HTTP API:\n" TOKEN "\nKeep your token secure and store it "
                 "safely, it can be used by anyone to control your bot.",
                 TOKEN);
  assert_parsed (TOKEN " and again " TOKEN, TOKEN);
}

static void
test_refused (void)
{
  g_autofree char *flood = g_strnfill (100000, '1');
  g_autofree char *colons = g_strnfill (100000, ':');

  g_test_summary ("What is no token, or is two, is refused.");

  assert_parsed (NULL, NULL);
  assert_parsed ("", NULL);
  assert_parsed ("no token here", NULL);
  assert_parsed (TOKEN " " OTHER, NULL);
  assert_parsed ("0839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc", NULL);
  assert_parsed ("48395:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc", NULL);
  assert_parsed ("48395748124839574:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc", NULL);
  assert_parsed ("4839574812:AAFD39kkdpWt3ywyRZergyOLMaJha", NULL);
  assert_parsed ("4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcAAFD39kkdpWt3ywyRZergyOLMaJhac60qc",
                 NULL);
  assert_parsed ("4839574812:\nAAFD39kkdpWt3ywyRZergyOLMaJhac60qc", NULL);
  assert_parsed ("x4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc", NULL);
  assert_parsed ("XXXXXXXXX: YYYYYYYYYYYYYYYYYYYYYYYYYYYYY", NULL);
  assert_parsed (flood, NULL);
  assert_parsed (colons, NULL);
}

static void
test_valid (void)
{
  g_test_summary ("A token is a token and nothing else.");

  g_assert_true (opt_bot_token_is_valid (TOKEN));
  g_assert_true (opt_bot_token_is_valid ("100000:AAFD39kkdpWt3ywyRZergyOLMaJha-"));
  g_assert_false (opt_bot_token_is_valid (NULL));
  g_assert_false (opt_bot_token_is_valid (""));
  g_assert_false (opt_bot_token_is_valid (TOKEN "\n"));
  g_assert_false (opt_bot_token_is_valid (" " TOKEN));
  g_assert_false (opt_bot_token_is_valid ("4839574812: AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"));
  g_assert_false (opt_bot_token_is_valid ("10000:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"));
  g_assert_false (opt_bot_token_is_valid ("0100000:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"));
}

static void
test_id (void)
{
  g_test_summary ("The id is the number before the colon.");

  g_assert_cmpint (opt_bot_token_get_id (TOKEN), ==, 4839574812);
  g_assert_cmpint (opt_bot_token_get_id ("9999999999999999:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"), ==,
                   9999999999999999);
  g_assert_cmpint (opt_bot_token_get_id ("4839574812"), ==, 0);
  g_assert_cmpint (opt_bot_token_get_id (NULL), ==, 0);
}

static void
test_hostile (void)
{
  static const char letters[] = "0123456789:: \tbot/-_Aa%\xff\n";
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());

  g_test_summary ("Whatever comes, what is found is a token.");

  for (guint i = 0; i < 20000; i++)
    {
      char  text[128];
      guint length = (guint)g_rand_int_range (random, 0, sizeof text);
      char *token;

      for (guint j = 0; j < length; j++)
        text[j] = letters[g_rand_int_range (random, 0, sizeof letters - 1)];
      text[length == sizeof text ? length - 1 : length] = '\0';
      token = opt_bot_token_parse (text);
      g_assert_true (token == NULL || opt_bot_token_is_valid (token));
      opt_bot_token_free (token);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/base/bot-token/pasted", test_pasted);
  g_test_add_func ("/base/bot-token/refused", test_refused);
  g_test_add_func ("/base/bot-token/valid", test_valid);
  g_test_add_func ("/base/bot-token/id", test_id);
  g_test_add_func ("/base/bot-token/hostile", test_hostile);

  return g_test_run ();
}
