package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netfilter.Family;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextRules;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.vm.internal.packet.Packet;
import org.ebpf4j.vm.internal.packet.PacketContext;
import org.ebpf4j.vm.internal.packet.SocketBuffer;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.memory.MemoryObject;

/// What a netfilter program is given: a packet, and a `struct bpf_nf_ctx` that leads to the
/// kernel's `struct sk_buff` of it and to the state of the hook, laid out by the types of the
/// kernel or of the program. For one thread.
final class NetfilterScene implements AutoCloseable {
  private static final int STATE = 0;
  private static final int BUFFER = 8;
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int ROOM = 8192;

  private final VirtualKernel kernel;
  private final Packet packet;
  private final PacketContext context;
  private final List<MemoryObject> objects = new ArrayList<>();

  /// The hook that a packet is at: numbers of `include/uapi/linux/netfilter.h`.
  ///
  /// @param family `NFPROTO_IPV4` or `NFPROTO_IPV6`
  /// @param hook `NF_INET_…`
  record Place(int family, int hook) {
    /// The hook of packets that this machine makes.
    static final int OUTPUT = 3;

    /// What a run by itself is on where nothing is said.
    static final Place DEFAULT = new Place(2, OUTPUT);

    /// The hook of a place: their order is that of the kernel's numbers.
    @SuppressWarnings("EnumOrdinal")
    static Optional<Place> of(Optional<AttachPoint> point) {
      return point
          .filter(Netfilter.class::isInstance)
          .map(Netfilter.class::cast)
          .map(netfilter -> new Place(netfilter.family().number(), netfilter.hook().number()));
    }

    /// Where a frame arrives; empty where it is of another protocol, which is never seen.
    static Optional<Place> ofFrame(byte[] frame) {
      return switch (type(frame)) {
        case IPV4 -> Optional.of(new Place(Family.IPV4.number(), 0));
        case IPV6 -> Optional.of(new Place(Family.IPV6.number(), 0));
        default -> Optional.empty();
      };
    }

    private int protocol() {
      return family == Family.IPV4.number() ? IPV4 : IPV6;
    }
  }

  /// @param header whether the data begins with an Ethernet header
  NetfilterScene(
      VirtualKernel kernel, LoadedCode program, byte[] data, boolean header, Place place) {
    this.kernel = kernel;
    packet = new Packet(ROOM, data.length);
    packet.set(data, 0, header ? ETHERNET : 0);
    packet.setHeaders(packet.link(), packet.start());
    context =
        new PacketContext(
            Objects.requireNonNull(ContextRules.of(ProgramType.NETFILTER)), packet, new byte[0]);
    kernel.regions().add(packet);
    kernel.regions().add(context);
    context.put(STATE, Long.BYTES, state(program, place));
    context.put(BUFFER, Long.BYTES, buffer(program, place));
  }

  private MemoryObject made(LoadedCode program, String type) {
    MemoryObject object;
    try {
      var named = kernel.namedTypes().find(type, program.types());
      object = kernel.memory().allocate(named.types(), named.id());
    } catch (NotFoundException _) {
      // A program that does not know the type does not look into it.
      object = kernel.memory().bytes(new byte[0]);
    }
    objects.add(object);
    return object;
  }

  private static void set(MemoryObject object, String member, long value) {
    if (object.has(member)) {
      object.set(member, value);
    }
  }

  private long state(LoadedCode program, Place place) {
    var state = made(program, "nf_hook_state");
    set(state, "hook", place.hook());
    set(state, "pf", place.family());
    return state.address();
  }

  private long buffer(LoadedCode program, Place place) {
    var buffer = made(program, "sk_buff");
    set(buffer, "len", packet.length());
    set(buffer, "head", packet.address());
    set(buffer, "data", packet.address() + packet.start());
    set(buffer, "mac_header", packet.link());
    set(buffer, "network_header", packet.network());
    set(buffer, "tail", packet.to());
    set(buffer, "end", packet.to());
    set(buffer, "protocol", SocketBuffer.swapped(place.protocol()));
    return buffer.address();
  }

  /// The type of a frame.
  static int type(byte[] frame) {
    return (frame[12] & 0xff) << 8 | (frame[13] & 0xff);
  }

  PacketContext context() {
    return context;
  }

  /// The packet, with its Ethernet header where it had one.
  byte[] packet() {
    return java.util.Arrays.copyOfRange(
        Objects.requireNonNull(packet.bytes()), packet.link(), packet.to());
  }

  @Override
  public void close() {
    kernel.regions().remove(context);
    kernel.regions().remove(packet);
    objects.forEach(MemoryObject::free);
  }
}
