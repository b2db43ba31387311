package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.vm.capture.CaptureReader;
import org.ebpf4j.vm.capture.CapturedPacket;
import org.ebpf4j.vm.packet.PacketResult;
import org.ebpf4j.vm.packet.PacketVerdict;

/// Packets through programs of a virtual kernel: what each says of a packet, and what it makes of
/// it. Programs see each packet alone: nothing is sent, and where a packet was to go is told. Where
/// it goes to an entry of a map of devices or CPUs that has a program, that sees it there.
///
/// {@snippet :
/// var packets = VirtualPackets.of(kernel);
/// var result = packets.run(object.program("filter"), frame);
/// try (var in = CaptureReader.open(Path.of("in.pcap"))) {
///   packets.replay(List.of(object.program("filter")), in, replayed -> count(replayed.verdict()));
/// }
/// }
///
/// Any thread may use it.
public final class VirtualPackets {
  private final VirtualKernel kernel;

  private VirtualPackets(VirtualKernel kernel) {
    this.kernel = kernel;
  }

  /// Packets through the programs of a kernel.
  public static VirtualPackets of(VirtualKernel kernel) {
    return new VirtualPackets(kernel);
  }

  /// A packet of a capture, and what programs said of it.
  ///
  /// @param packet the packet, as it was captured
  /// @param results what came of it, a result for each program that saw it
  public record Replayed(CapturedPacket packet, List<PacketResult> results) {
    public Replayed {
      results = List.copyOf(results);
    }

    /// What the last program that saw it said.
    public PacketVerdict verdict() {
      return results.getLast().verdict();
    }

    /// Whether it is still there: it goes on, back, or somewhere else.
    public boolean isAlive() {
      return results.getLast().isAlive();
    }

    /// The packet as the last program left it, that of the entry included which it was sent to; of
    /// several entries, the first that lets it live.
    public byte[] frame() {
      return results.getLast().sent();
    }
  }

  /// Whether programs like this see packets that come as frames.
  public static boolean sees(BpfProgram program) {
    return program.spec().flatMap(spec -> spec.type()).filter(PacketRunner::sees).isPresent();
  }

  /// Runs a program on one packet.
  ///
  /// @param frame the packet, with its Ethernet header
  /// @throws BpfException where the program sees no such packets, or the packet is too short
  /// @throws ProgramFaultException where the program does what no program may
  public PacketResult run(BpfProgram program, byte[] frame) {
    try (var runner = PacketRunner.of(kernel, program)) {
      return runner.run(frame);
    }
  }

  /// Runs the packets of a capture through programs, one packet after the other: each program sees
  /// what the one before has passed on, as it left it. Packets without an Ethernet header are given
  /// one. It takes the memory of one packet, however many there are.
  ///
  /// @param programs programs that see frames, in the order in which they see them
  /// @param each is given each packet, and what came of it
  /// @return how many packets there were
  /// @throws org.ebpf4j.vm.capture.MalformedCaptureException where the capture is damaged; those
  ///   before have been through
  /// @throws ProgramFaultException where a program does what no program may
  public long replay(
      List<? extends BpfProgram> programs, CaptureReader in, Consumer<Replayed> each) {
    if (programs.isEmpty()) {
      throw new IllegalArgumentException("no program to see the packets");
    }
    var runners = new ArrayList<PacketRunner>();
    try {
      for (var program : programs) {
        runners.add(PacketRunner.of(kernel, program));
      }
      long count = 0;
      for (var packet = in.next(); packet.isPresent(); packet = in.next()) {
        each.accept(through(runners, packet.get()));
        count++;
      }
      return count;
    } finally {
      runners.forEach(PacketRunner::close);
    }
  }

  private static Replayed through(List<PacketRunner> runners, CapturedPacket packet) {
    var results = new ArrayList<PacketResult>(runners.size());
    var frame = packet.frame();
    for (var runner : runners) {
      var result = runner.run(frame);
      results.add(result);
      if (!result.verdict().goesOn()) {
        break;
      }
      if (runner.changesFrames()) {
        frame = result.packet();
      }
    }
    return new Replayed(packet, results);
  }
}
