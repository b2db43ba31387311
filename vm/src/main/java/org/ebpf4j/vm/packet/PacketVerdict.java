package org.ebpf4j.vm.packet;

import org.ebpf4j.attach.ProgramType;

/// What a program says of a packet. Programs of each type say it by numbers of their own.
public enum PacketVerdict {
  /// It goes on: `XDP_PASS`, `TC_ACT_OK`, `NF_ACCEPT`, `SK_PASS`, a filter that keeps bytes of it.
  PASS,
  /// It ends here: `XDP_DROP`, `TC_ACT_SHOT`, `NF_DROP`, `SK_DROP`, a filter that keeps nothing.
  DROP,
  /// The program failed; the packet ends here (`XDP_ABORTED`).
  ABORTED,
  /// It goes out where it came in (`XDP_TX`).
  TRANSMIT,
  /// It goes somewhere else: `XDP_REDIRECT`, `TC_ACT_REDIRECT`, `BPF_LWT_REROUTE`.
  REDIRECT,
  /// The next program decides: `TC_ACT_UNSPEC`, `TC_ACT_PIPE`, `BPF_FLOW_DISSECTOR_CONTINUE`.
  NEXT,
  /// Classification begins again (`TC_ACT_RECLASSIFY`).
  RECLASSIFY,
  /// Others have it now: `TC_ACT_STOLEN`, `TC_ACT_QUEUED`, `TC_ACT_TRAP`.
  STOLEN,
  /// A number that means nothing for programs of the type, or a type whose programs do not decide
  /// about packets.
  UNKNOWN;

  private static final int REROUTE = 128;
  private static final int CONTINUE = 129;

  /// The verdict of a number.
  ///
  /// @param returned what a program of the type returned
  public static PacketVerdict of(ProgramType type, int returned) {
    return switch (type) {
      case XDP ->
          switch (returned) {
            case 0 -> ABORTED;
            case 1 -> DROP;
            case 2 -> PASS;
            case 3 -> TRANSMIT;
            case 4 -> REDIRECT;
            default -> UNKNOWN;
          };
      case SCHED_CLS, SCHED_ACT ->
          switch (returned) {
            case -1, 3 -> NEXT;
            case 0 -> PASS;
            case 1 -> RECLASSIFY;
            case 2 -> DROP;
            case 4, 5, 8 -> STOLEN;
            case 7 -> REDIRECT;
            default -> UNKNOWN;
          };
      case SOCKET_FILTER -> returned == 0 ? DROP : PASS;
      case CGROUP_SKB -> (returned & 1) == 0 ? DROP : PASS;
      case NETFILTER, SK_MSG, SK_SKB, SK_REUSEPORT, SK_LOOKUP ->
          switch (returned) {
            case 0 -> DROP;
            case 1 -> PASS;
            default -> UNKNOWN;
          };
      case FLOW_DISSECTOR ->
          switch (returned) {
            case 0 -> PASS;
            case 2 -> DROP;
            case CONTINUE -> NEXT;
            default -> UNKNOWN;
          };
      case LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL ->
          switch (returned) {
            case 0 -> PASS;
            case 2 -> DROP;
            case 7, REROUTE -> REDIRECT;
            default -> UNKNOWN;
          };
      default -> UNKNOWN;
    };
  }

  /// Whether programs that come later see the packet.
  public boolean goesOn() {
    return this == PASS || this == NEXT;
  }
}
