package org.ebpf4j.cli.place;

import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.Place;
import org.ebpf4j.error.NearestNames;

/// What `--attach` says: `[PROGRAM=]KIND:PLACE[,OPTION]`. The kinds and their forms are those of
/// the table of hooks.
///
/// @param text what the user wrote
/// @param program the program it is for; empty for every one that it suits and that has no place of
///   its own
/// @param kind the kind of place
/// @param place where
public record Target(String text, String program, HookKind kind, Place place) {
  private static final String KINDS = "\n  try: ebpf4j attach --list, which has every kind";

  /// Reads one.
  ///
  /// @throws IllegalArgumentException where it is of no such form; the message is for the user
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where nothing is attached to such a place
  ///   yet
  public static Target parse(String text) {
    var rest = text;
    var program = "";
    var equals = text.indexOf('=');
    var colon = text.indexOf(':');
    if (equals > 0 && colon > equals) {
      program = text.substring(0, equals);
      rest = text.substring(equals + 1);
      colon = rest.indexOf(':');
    }
    if (colon <= 0 || colon == rest.length() - 1) {
      throw noPlace(text, rest);
    }
    var name = rest.substring(0, colon);
    var kind =
        HookKind.named(name)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "'"
                        + text
                        + "': there is no kind of place '"
                        + name
                        + "'"
                        + NearestNames.didYouMean(name, HookKind.names())
                        + KINDS));
    if (!kind.isAttachable()) {
      throw kind.notYet("--attach " + text);
    }
    return new Target(text, program, kind, kind.parse(rest.substring(colon + 1)));
  }

  private static IllegalArgumentException noPlace(String text, String rest) {
    var kind = HookKind.named(rest.replaceFirst(":$", ""));
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no place to attach to; a place is [PROGRAM=]KIND:REST, as in "
            + kind.filter(HookKind::isPlace)
                .map(k -> k.name() + ":" + k.example())
                .orElse("xdp:veth0")
            + KINDS);
  }
}
