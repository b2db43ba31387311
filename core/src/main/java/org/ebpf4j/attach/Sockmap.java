package org.ebpf4j.attach;

import java.util.List;
import java.util.Optional;

/// A map of sockets (`sockmap` or `sockhash`): the program runs for the data of the sockets that
/// are put into it.
///
/// A socket takes the map's programs with it when it is put into the map, and keeps them until it
/// leaves: attaching and detaching concern the sockets that come later. The program is on a link
/// (since 6.10). Before, it stays when the process is killed, until somebody takes it off or the
/// map goes with its last descriptor and pin.
///
/// @param map the map; it stays the caller's
/// @param type which of the map's hooks: stream parser, stream verdict, verdict or message verdict
public record Sockmap(Handle map, AttachType type) implements AttachPoint {
  private static final List<AttachType> TYPES =
      List.of(
          AttachType.SK_SKB_STREAM_PARSER,
          AttachType.SK_SKB_STREAM_VERDICT,
          AttachType.SK_SKB_VERDICT,
          AttachType.SK_MSG_VERDICT);

  /// What text names the hooks.
  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.word("stream_parser", "says where messages end"),
          HookOption.word("stream_verdict", "says where a message of a parser goes"),
          HookOption.word("verdict", "says where what arrives goes; without a parser"),
          HookOption.word("msg_verdict", "says where what is sent goes"));

  /// A map of the program's object. Without an option the program's own attach type says which
  /// hook.
  ///
  /// @param options one of `stream_parser`, `stream_verdict`, `verdict`, `msg_verdict`, or none
  public static Place parse(String map, PlaceOptions options) {
    var names = OPTIONS.stream().map(HookOption::name).toList();
    var said = options.oneOf(names.toArray(String[]::new)).map(names::indexOf).orElse(-1);
    return surroundings ->
        new Sockmap(
            surroundings.map(map),
            (said < 0 ? surroundings.attachType() : Optional.of(TYPES.get(said)))
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the program does not say which hook of the map; add "
                            + "stream_parser, stream_verdict or verdict, as in sockmap:"
                            + map
                            + ",stream_verdict")));
  }

  @Override
  public String kind() {
    return "sockmap";
  }

  @Override
  public String place() {
    return map.name() + "," + hook();
  }

  @Override
  public Optional<AttachType> attachType() {
    return Optional.of(type);
  }

  private String hook() {
    var index = TYPES.indexOf(type);
    return index < 0 ? type.label() : OPTIONS.get(index).name();
  }

  @Override
  public String describe() {
    return type.label() + " of sockmap " + map.name();
  }
}
