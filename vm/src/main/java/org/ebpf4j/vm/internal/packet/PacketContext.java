package org.ebpf4j.vm.internal.packet;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.context.ContextRules;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.PacketLoad;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// The context of a program as one of the structs that the kernel converts: fields as programs know
/// them, of which some are what the kernel makes of a packet. Each access is held against the rules
/// for the type of program.
public final class PacketContext extends Region implements PacketLoad {
  private static final int NETWORK_OFFSET = -0x100000;
  private static final int LINK_OFFSET = -0x200000;
  private static final int NO_QUEUE = 65535;

  private final ContextRules rules;
  private final Packet packet;
  private final byte[] fields;
  private final PacketEffects effects = new PacketEffects();
  private @Nullable SocketOptions options;
  private int result;
  private Map<String, byte[]> told = Map.of();

  /// A context of a packet.
  ///
  /// @param given the fields that were given, or nothing
  public PacketContext(ContextRules rules, Packet packet, byte[] given) {
    super("the context (struct " + rules.struct().name() + ")", rules.struct().size(), true);
    this.rules = rules;
    this.packet = packet;
    this.fields = Arrays.copyOf(given, rules.struct().size());
  }

  /// Takes other fields, and forgets what came of earlier runs.
  public void reset(byte[] given) {
    Arrays.fill(fields, (byte) 0);
    System.arraycopy(given, 0, fields, 0, Math.min(given.length, fields.length));
    effects.reset();
    options = null;
    result = 0;
    told = Map.of();
  }

  /// The packet.
  public Packet packet() {
    return packet;
  }

  /// The struct that it is.
  public ContextStruct struct() {
    return rules.struct();
  }

  /// Whether an address is that of the kernel's struct of the packet, which the context leads to.
  public boolean hasPacketAt(long buffer) {
    return struct().name().equals("bpf_nf_ctx")
        && get(struct().field("skb").offset(), Long.BYTES) == buffer;
  }

  /// Whether its struct has a field.
  public boolean has(String field) {
    return struct().fields().containsKey(field);
  }

  /// The number that is kept in a field.
  public long get(String field) {
    var place = struct().field(field);
    return get(place.offset(), place.width());
  }

  /// Keeps a number in a field.
  public void put(String field, long value) {
    var place = struct().field(field);
    put(place.offset(), place.width(), value);
  }

  /// The options of the socket that it is of, where that is no object of its own.
  public SocketOptions options() {
    if (options == null) {
      options = new SocketOptions();
    }
    return options;
  }

  /// What the kernel has decided so far, which programs of cgroups may change.
  public int result() {
    return result;
  }

  /// Says something else.
  public void setResult(int value) {
    result = value;
  }

  /// Says what functions of the kernel tell of what it is of, by their names.
  public void tell(Map<String, byte[]> content) {
    told = new HashMap<>(content);
  }

  /// What was told by a name; null where nothing was.
  public byte @Nullable [] told(String name) {
    return told.get(name);
  }

  /// Keeps what a program says.
  public void told(String name, byte[] content) {
    var more = new HashMap<>(told);
    more.put(name, content);
    told = more;
  }

  /// What programs asked for besides.
  public PacketEffects effects() {
    return effects;
  }

  /// A copy of the fields that are kept, as the program left them; what the kernel makes of the
  /// packet is not among them.
  public byte[] fields() {
    return fields.clone();
  }

  /// A number that is kept at an offset.
  public long get(int offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = (value << 8) | (fields[offset + i] & 0xff);
    }
    return value;
  }

  /// Keeps a number at an offset.
  public void put(int offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      fields[offset + i] = (byte) (value >>> (8 * i));
    }
  }

  @Override
  protected long read(int offset, int size) {
    var field = rules.reads(offset, size);
    if (field == null) {
      throw new MemoryFault(address() + offset, rules.why(offset, size, false));
    }
    return switch (field.kind()) {
      case DATA -> packet.address() + packet.start();
      case DATA_END -> packet.address() + packet.to();
      case DATA_META -> packet.address() + packet.from();
      case LENGTH -> part(packet.length(), offset - field.offset(), size);
      case PLAIN, BYTES, POINTER -> get(offset, size);
    };
  }

  private static long part(long value, int at, int size) {
    return value >>> (8 * at) & (size == 4 ? 0xffff_ffffL : (1L << (8 * size)) - 1);
  }

  @Override
  protected void write(int offset, int size, long value) {
    var field = rules.writes(offset, size);
    if (field == null) {
      throw new MemoryFault(address() + offset, rules.why(offset, size, true));
    }
    if (rules.struct().name().equals(SocketBuffer.NAME)) {
      if (offset == SocketBuffer.QUEUE_MAPPING && (value & 0xffff_ffffL) >= NO_QUEUE) {
        return;
      }
      if (offset == SocketBuffer.TC_INDEX || offset == SocketBuffer.TC_CLASSID) {
        put(offset, size, value & 0xffff);
        return;
      }
    }
    put(offset, size, value);
  }

  @Override
  public long loadPacket(int offset, int size) {
    int at;
    if (offset >= 0) {
      at = packet.start() + offset;
    } else if (offset >= NETWORK_OFFSET) {
      at = packet.network() + offset - NETWORK_OFFSET;
    } else if (offset >= LINK_OFFSET) {
      at = packet.link() + offset - LINK_OFFSET;
    } else {
      return -1;
    }
    if (at < packet.link() || at > packet.to() - size) {
      return -1;
    }
    var bytes = Objects.requireNonNull(packet.bytes());
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
