package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.vm.capture.CaptureReader;
import org.ebpf4j.vm.capture.CapturedPacket;
import org.ebpf4j.vm.internal.machine.Fault;
import org.ebpf4j.vm.internal.machine.Machine;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.packet.PacketEffects.Target;
import org.ebpf4j.vm.internal.packet.PacketScene;
import org.ebpf4j.vm.packet.PacketResult;
import org.ebpf4j.vm.packet.PacketVerdict;
import org.ebpf4j.vm.packet.Redirect;

/// Packets through programs of a virtual kernel: what each says of a packet, and what it makes of
/// it. Programs see each packet alone: nothing is sent, and where a packet was to go is told.
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
  private static final int ETHERNET = 14;
  private static final int MOST = 262_144;

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
      return verdict().goesOn()
          || verdict() == PacketVerdict.TRANSMIT
          || verdict() == PacketVerdict.REDIRECT;
    }

    /// The packet as the last program left it.
    public byte[] frame() {
      return results.getLast().packet();
    }
  }

  /// Whether programs like this see packets that come as frames.
  public static boolean sees(BpfProgram program) {
    return program.spec().flatMap(spec -> spec.type()).filter(PacketScene::wantsFrame).isPresent();
  }

  /// Runs a program on one packet.
  ///
  /// @param frame the packet, with its Ethernet header
  /// @throws BpfException where the program sees no such packets, or the packet is too short
  /// @throws ProgramFaultException where the program does what no program may
  public PacketResult run(BpfProgram program, byte[] frame) {
    try (var runner = new Runner(program)) {
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
    var runners = new ArrayList<Runner>();
    try {
      for (var program : programs) {
        runners.add(new Runner(program));
      }
      long count = 0;
      for (var packet = in.next(); packet.isPresent(); packet = in.next()) {
        each.accept(through(runners, packet.get()));
        count++;
      }
      return count;
    } finally {
      runners.forEach(Runner::close);
    }
  }

  private static Replayed through(List<Runner> runners, CapturedPacket packet) {
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

  /// A program, and the memory of the packets that it sees.
  private final class Runner implements AutoCloseable {
    private final LoadedCode program;
    private final PacketScene scene;

    Runner(BpfProgram of) {
      program = OwnObjects.own(of).loaded();
      if (!PacketScene.wantsFrame(program.type())) {
        throw new BpfException(
            "program '"
                + program.name()
                + "' ("
                + program.type().label()
                + ") sees no packets that come as frames\n  try: program.run(…) with what it sees");
      }
      scene = new PacketScene(program.type(), MOST);
      scene.addTo(kernel.regions());
    }

    /// Whether what comes back is the frame, with all of its bytes.
    boolean changesFrames() {
      return switch (program.type()) {
        case XDP, SCHED_CLS, SCHED_ACT -> true;
        default -> false;
      };
    }

    PacketResult run(byte[] frame) {
      if (frame.length < ETHERNET) {
        throw new BpfException(
            "a packet of " + frame.length + " bytes has no Ethernet header, which has 14");
      }
      scene.set(frame, 0, new byte[0]);
      var returned =
          kernel.runs().with(program, RunInput.none(), Optional.empty(), this::execute).intValue();
      var verdict = PacketVerdict.of(program.type(), returned);
      var effects = scene.context().effects();
      var target = verdict == PacketVerdict.REDIRECT ? effects.target() : null;
      return new PacketResult(
          program.name(),
          verdict,
          returned,
          scene.packet().content(),
          scene.packet().metadata(),
          Optional.ofNullable(target).map(this::redirect),
          effects.clones().stream()
              .map(sent -> new PacketResult.Clone(redirect(sent.device()), sent.bytes()))
              .toList(),
          scene.contextOut());
    }

    private long execute(Run run) {
      run.setSubject(scene.context());
      var time = System.nanoTime();
      try {
        return Machine.run(run, program.code(), scene.context().address());
      } catch (Fault fault) {
        throw ProgramRun.failure(fault);
      } finally {
        program.count(System.nanoTime() - time);
      }
    }

    private Redirect redirect(Target target) {
      return switch (target) {
        case Target.Device(int ifindex, boolean ingress, boolean peer, boolean neighbour) ->
            new Redirect.ToDevice(ifindex, ingress, peer, neighbour);
        case Target.Entry(long map, long key, long flags, boolean broadcast) ->
            new Redirect.ToEntry(Store.at(kernel.regions(), map).name(), key, flags, broadcast);
      };
    }

    @Override
    public void close() {
      scene.removeFrom(kernel.regions());
    }
  }
}
