package org.ebpf4j.vm.internal.packet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextRules;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// The memory that a program of the network sees: a packet, and the context of it. One packet after
/// the other may be put there. For one thread.
public final class PacketScene {
  private static final int ETHERNET = 14;

  /// What XDP has for a packet in a page, behind the room before it and before what the kernel
  /// keeps.
  private static final int LINEAR = 4096 - Packet.HEADROOM - 320;

  /// What fits before a socket buffer here, so that it may grow at its begin.
  private static final int BUFFER_HEADROOM = 8192;

  private static final int BUFFER_ROOM = 4 * 4096;
  private static final int FLOW_POINTER = 144;
  private static final int LEAST_ADDRESS = 8;

  private final ProgramType type;
  private final boolean isBuffer;
  private final Packet packet;
  private final PacketContext context;
  private final @Nullable Region flowKeys;
  private final List<Region> regions = new ArrayList<>();
  private byte[] given = {};

  /// @param most how many bytes the largest packet has
  public PacketScene(ProgramType type, int most) {
    this.type = type;
    var rules = Objects.requireNonNull(ContextRules.of(type));
    isBuffer = rules.struct().name().equals(SocketBuffer.NAME);
    packet =
        isBuffer
            ? new Packet(BUFFER_HEADROOM, Math.max(BUFFER_ROOM, most))
            : new Packet(Packet.HEADROOM, Math.max(LINEAR, most));
    context = new PacketContext(rules, packet, new byte[0]);
    regions.add(packet);
    regions.add(context);
    if (type == ProgramType.FLOW_DISSECTOR) {
      flowKeys =
          new Region(
              "struct bpf_flow_keys", new byte[ContextStruct.named("bpf_flow_keys").size()], true);
      regions.add(flowKeys);
    } else {
      flowKeys = null;
    }
  }

  /// Whether programs of a type see what is made here.
  public static boolean isFor(ProgramType type) {
    return ContextRules.of(type) != null && type != ProgramType.NETFILTER;
  }

  /// Whether programs of a type are given a packet that begins with an Ethernet header.
  public static boolean wantsFrame(ProgramType type) {
    return switch (type) {
      case XDP,
          SCHED_CLS,
          SCHED_ACT,
          SOCKET_FILTER,
          CGROUP_SKB,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          LWT_SEG6LOCAL,
          SK_SKB,
          FLOW_DISSECTOR ->
          true;
      default -> false;
    };
  }

  /// How many bytes of a packet programs of a type do not see.
  private int hidden() {
    return switch (type) {
      case SOCKET_FILTER, CGROUP_SKB, LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL, SK_SKB -> ETHERNET;
      default -> 0;
    };
  }

  /// Puts it where programs can reach it.
  public void addTo(Memory memory) {
    regions.forEach(memory::add);
    if (flowKeys != null) {
      context.put(FLOW_POINTER, LEAST_ADDRESS, flowKeys.address());
    }
  }

  /// Takes it away from there.
  public void removeFrom(Memory memory) {
    regions.forEach(memory::remove);
  }

  /// Puts a packet there.
  ///
  /// @param metadata how many of its bytes are metadata before it
  /// @param fields the fields of the context that are given, or nothing
  public void set(byte[] data, int metadata, byte[] fields) {
    given = fields;
    context.reset(fields);
    packet.set(data, metadata, hidden());
    if (type == ProgramType.XDP) {
      packet.limit(Math.max(LINEAR, data.length));
    }
    if (isBuffer && type != ProgramType.FLOW_DISSECTOR) {
      SocketBuffer.fill(context, data, hidden());
    }
    if (flowKeys != null) {
      context.put(FLOW_POINTER, LEAST_ADDRESS, flowKeys.address());
      FlowKeys.set(keys(), data, given);
    }
  }

  private byte[] keys() {
    return Objects.requireNonNull(Objects.requireNonNull(flowKeys).bytes());
  }

  /// The context, whose address is what a program is given.
  public PacketContext context() {
    return context;
  }

  /// The packet.
  public Packet packet() {
    return packet;
  }

  /// What a run by itself gives back of the packet.
  public byte[] dataOut() {
    if (flowKeys != null) {
      return FlowKeys.clamped(keys(), packet.length());
    }
    var content = packet.content();
    if (hidden() > 0) {
      var out = new byte[hidden() + content.length];
      System.arraycopy(content, 0, out, hidden(), content.length);
      return out;
    }
    if (type == ProgramType.XDP && packet.from() < packet.start()) {
      return Arrays.copyOfRange(Objects.requireNonNull(packet.bytes()), packet.from(), packet.to());
    }
    return content;
  }

  /// What a run by itself gives back of the context.
  public byte[] contextOut() {
    if (type == ProgramType.FLOW_DISSECTOR) {
      return new byte[0];
    }
    if (type == ProgramType.XDP) {
      if (given.length == 0) {
        return new byte[0];
      }
      var out = context.fields();
      write(out, 0, packet.start() - packet.from());
      write(out, 4, packet.to() - packet.from());
      return out;
    }
    return isBuffer ? SocketBuffer.shown(context, given) : context.fields();
  }

  private static void write(byte[] bytes, int offset, int value) {
    for (int i = 0; i < 4; i++) {
      bytes[offset + i] = (byte) (value >>> (8 * i));
    }
  }
}
