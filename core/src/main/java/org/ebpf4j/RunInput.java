package org.ebpf4j;

import java.util.OptionalInt;

/// What a program is run on: a packet, a context, or nothing, as its type wants it. A value, made
/// by the first three methods and changed by those that give another.
///
/// @param data the packet, or nothing
/// @param context the context, or nothing
/// @param repeat how often to run
/// @param cpu the CPU to run on; empty for whatever CPU the caller is on
/// @param liveBatch for frames that go on into the network as the program says: how many of them at
///   a time, 0 for the kernel's choice; empty for an ordinary run, whose packet goes nowhere
/// @param flags what else there may be of the kernel's `BPF_F_TEST_*`
/// @param growth by how many bytes the packet may grow in the run
@SuppressWarnings("ArrayRecordComponent") // Passed on to the kernel, never compared.
public record RunInput(
    byte[] data,
    byte[] context,
    int repeat,
    OptionalInt cpu,
    OptionalInt liveBatch,
    int flags,
    int growth) {
  private static final int GROWTH = 4096;
  private static final byte[] NOTHING = {};

  /// Copies what can change.
  ///
  /// @throws IllegalArgumentException for a count below 1, a CPU or batch below 0, or a growth
  ///   below 0
  public RunInput {
    if (repeat < 1) {
      throw new IllegalArgumentException("to run a program " + repeat + " times");
    }
    if (cpu.isPresent() && cpu.getAsInt() < 0) {
      throw new IllegalArgumentException("there is no CPU " + cpu.getAsInt());
    }
    if (liveBatch.isPresent() && liveBatch.getAsInt() < 0) {
      throw new IllegalArgumentException("a batch of " + liveBatch.getAsInt() + " frames");
    }
    if (growth < 0) {
      throw new IllegalArgumentException("a packet that may grow by " + growth + " bytes");
    }
    data = data.clone();
    context = context.clone();
  }

  /// A packet, from its Ethernet header on, 14 bytes or more. What a program sees of it depends on
  /// its type:
  ///
  /// | type | what its first byte is |
  /// |---|---|
  /// | `xdp`, `sched_cls`, `sched_act`, `flow_dissector` | that of the Ethernet header |
  /// | `socket_filter`, `cgroup_skb`, `lwt_in`, `lwt_out`, `lwt_xmit`, `lwt_seg6local`, `sk_skb` | that of the header after it, such as IP; the packet comes back with 14 zeroes in place of the Ethernet header |
  /// | `netfilter` | that of an IP header: such a program is given a packet without an Ethernet header |
  ///
  /// A flow dissector gives back what it found (`struct bpf_flow_keys`) in place of the packet. The
  /// protocol in the Ethernet header is what `skb->protocol` is.
  public static RunInput packet(byte[] data) {
    return new RunInput(data, NOTHING, 1, OptionalInt.empty(), OptionalInt.empty(), 0, GROWTH);
  }

  /// A context without a packet: the arguments of a raw tracepoint, of 8 bytes each; the structure
  /// that a program of the type `syscall` is given, and may write to.
  public static RunInput context(byte[] context) {
    return none().withContext(context);
  }

  /// Neither.
  public static RunInput none() {
    return packet(NOTHING);
  }

  @Override
  public byte[] data() {
    return data.clone();
  }

  @Override
  public byte[] context() {
    return context.clone();
  }

  /// The same with a context: `struct xdp_md` or `struct __sk_buff` for a packet.
  public RunInput withContext(byte[] other) {
    return new RunInput(data, other, repeat, cpu, liveBatch, flags, growth);
  }

  /// The same that many times, one after the other, on the same packet: each run gets what the one
  /// before left.
  public RunInput repeat(int times) {
    return new RunInput(data, context, times, cpu, liveBatch, flags, growth);
  }

  /// The same on one CPU. The kernel does this for raw tracepoints.
  public RunInput cpu(int id) {
    return new RunInput(data, context, repeat, OptionalInt.of(id), liveBatch, flags, growth);
  }

  /// The same with live frames: the packet, as often as it is repeated, comes in at a device and
  /// goes where an XDP program sends it. The context (`struct xdp_md`) says at which device.
  /// Nothing comes back but how long it took.
  public RunInput liveFrames() {
    return liveFrames(0);
  }

  /// The same with live frames, `batch` at a time.
  public RunInput liveFrames(int batch) {
    return new RunInput(data, context, repeat, cpu, OptionalInt.of(batch), flags, growth);
  }

  /// The same with flags that this type has no other name for, as
  /// `BPF_F_TEST_SKB_CHECKSUM_COMPLETE` (4).
  public RunInput flags(int more) {
    return new RunInput(data, context, repeat, cpu, liveBatch, more, growth);
  }

  /// The same with room for a packet that grows by that many bytes in place of 4096. Where one
  /// grows by more, all of it is run again with room for it.
  public RunInput growth(int bytes) {
    return new RunInput(data, context, repeat, cpu, liveBatch, flags, bytes);
  }
}
