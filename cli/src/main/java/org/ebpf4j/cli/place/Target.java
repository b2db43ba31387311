package org.ebpf4j.cli.place;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;

/// What `--attach` says: `[PROGRAM=]KIND:PLACE[,OPTION]`.
///
/// @param text what the user wrote
/// @param program the program it is for; empty for every one that it suits and that has no place of
///   its own
/// @param place where
public record Target(String text, String program, Place place) {

  /// The forms of places.
  static final String FORMS =
      "tracepoint:CATEGORY/NAME, raw_tracepoint:NAME, kprobe:SYMBOL[+OFFSET], kretprobe:SYMBOL,"
          + " xdp:DEVICE[,generic|,driver], cgroup:PATH[,ingress|,egress],"
          + " socket:listen=ADDRESS:PORT, perf_event:COUNTER[,freq=HZ|,period=N],"
          + " sockmap:MAP[,stream_parser|,stream_verdict|,verdict]";

  /// A place to attach to. Some are known at once; a socket has to be opened first, a map to be
  /// found in the object, and the hook of a cgroup depends on the program.
  sealed interface Place {
    /// The types of programs that can be attached there.
    Set<ProgramType> types();
  }

  /// A place that is an attach point already.
  record Fixed(AttachPoint point, Set<ProgramType> types) implements Place {}

  /// A TCP socket that is to listen.
  record Listen(InetSocketAddress address) implements Place {
    @Override
    public Set<ProgramType> types() {
      return Set.of(ProgramType.SOCKET_FILTER);
    }
  }

  /// A cgroup, and which hook of it where the program does not say.
  record InCgroup(Path path, Optional<AttachType> type) implements Place {
    @Override
    public Set<ProgramType> types() {
      return Set.of(
          ProgramType.CGROUP_SKB,
          ProgramType.CGROUP_SOCK,
          ProgramType.CGROUP_DEVICE,
          ProgramType.CGROUP_SOCK_ADDR,
          ProgramType.CGROUP_SYSCTL,
          ProgramType.CGROUP_SOCKOPT,
          ProgramType.SOCK_OPS);
    }
  }

  /// A map of sockets in the object, and which hook of it where the program does not say.
  record OnSockmap(String map, Optional<AttachType> type) implements Place {
    @Override
    public Set<ProgramType> types() {
      return Set.of(ProgramType.SK_SKB, ProgramType.SK_MSG);
    }
  }

  /// Reads one.
  ///
  /// @throws IllegalArgumentException where it is of no such form; the message is for the user
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
      throw new IllegalArgumentException(
          "'" + text + "' is no place to attach to; the forms are " + FORMS);
    }
    var kind = rest.substring(0, colon);
    return new Target(text, program, place(kind, rest.substring(colon + 1), text));
  }

  private static Place place(String kind, String rest, String text) {
    var comma = rest.lastIndexOf(',');
    var head = comma < 0 ? rest : rest.substring(0, comma);
    var option = comma < 0 ? "" : rest.substring(comma + 1);
    return switch (kind) {
      case "tracepoint", "tp" -> new Fixed(Tracepoint.parse(rest), Set.of(ProgramType.TRACEPOINT));
      case "raw_tracepoint", "raw_tp" ->
          new Fixed(
              new RawTracepoint(rest),
              Set.of(ProgramType.RAW_TRACEPOINT, ProgramType.RAW_TRACEPOINT_WRITABLE));
      case "kprobe" -> new Fixed(Kprobe.parse(rest), Set.of(ProgramType.KPROBE));
      case "kretprobe" -> new Fixed(new Kretprobe(rest), Set.of(ProgramType.KPROBE));
      case "xdp" -> new Fixed(new Xdp(head, mode(option)), Set.of(ProgramType.XDP));
      case "perf_event" -> new Fixed(perfEvent(head, option), Set.of(ProgramType.PERF_EVENT));
      case "socket" -> new Listen(address(rest));
      case "cgroup" -> {
        var type = cgroupType(option);
        yield new InCgroup(Path.of(type.isPresent() ? head : rest), type);
      }
      case "sockmap" -> new OnSockmap(head, sockmapType(option));
      default ->
          throw new IllegalArgumentException(
              "'" + text + "': there is no kind of place '" + kind + "'; the forms are " + FORMS);
    };
  }

  private static Xdp.Mode mode(String option) {
    return switch (option) {
      case "" -> Xdp.Mode.DEFAULT;
      case "generic", "skb" -> Xdp.Mode.GENERIC;
      case "driver", "drv" -> Xdp.Mode.DRIVER;
      case "hardware", "hw" -> Xdp.Mode.HARDWARE;
      default ->
          throw new IllegalArgumentException(
              "XDP has no mode '" + option + "'; it has generic, driver and hardware");
    };
  }

  private static PerfEvent perfEvent(String counter, String option) {
    var kind = PerfEvent.Counter.parse(counter);
    if (option.isEmpty()) {
      return PerfEvent.frequency(kind, 99);
    }
    try {
      if (option.startsWith("freq=")) {
        return PerfEvent.frequency(kind, Long.parseLong(option.substring(5)));
      }
      if (option.startsWith("period=")) {
        return PerfEvent.period(kind, Long.parseLong(option.substring(7)));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + option + "' holds no number", e);
    }
    throw new IllegalArgumentException(
        "a perf event takes freq=HZ or period=N, not '" + option + "'");
  }

  private static InetSocketAddress address(String rest) {
    if (!rest.startsWith("listen=")) {
      throw new IllegalArgumentException(
          "a socket is socket:listen=ADDRESS:PORT, as in socket:listen=127.0.0.1:9527");
    }
    return socketAddress(rest.substring(7));
  }

  /// `ADDRESS:PORT`, or a port of the loopback interface.
  ///
  /// @throws IllegalArgumentException where it is neither
  public static InetSocketAddress socketAddress(String text) {
    var colon = text.lastIndexOf(':');
    try {
      if (colon < 0) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(text));
      }
      var host = text.substring(0, colon).replace("[", "").replace("]", "");
      return new InetSocketAddress(
          InetAddress.getByName(host), Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException | UnknownHostException e) {
      throw new IllegalArgumentException("'" + text + "' is no ADDRESS:PORT: " + e.getMessage(), e);
    }
  }

  private static Optional<AttachType> cgroupType(String option) {
    return switch (option) {
      case "" -> Optional.empty();
      case "ingress" -> Optional.of(AttachType.CGROUP_INET_INGRESS);
      case "egress" -> Optional.of(AttachType.CGROUP_INET_EGRESS);
      default -> AttachType.parse(option);
    };
  }

  private static Optional<AttachType> sockmapType(String option) {
    return switch (option) {
      case "" -> Optional.empty();
      case "stream_parser" -> Optional.of(AttachType.SK_SKB_STREAM_PARSER);
      case "stream_verdict" -> Optional.of(AttachType.SK_SKB_STREAM_VERDICT);
      case "verdict" -> Optional.of(AttachType.SK_SKB_VERDICT);
      case "msg_verdict" -> Optional.of(AttachType.SK_MSG_VERDICT);
      default ->
          throw new IllegalArgumentException(
              "a sockmap has no hook '"
                  + option.toLowerCase(Locale.ROOT)
                  + "'; it has stream_parser, stream_verdict, verdict and msg_verdict");
    };
  }
}
