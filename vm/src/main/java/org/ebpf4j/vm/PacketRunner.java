package org.ebpf4j.vm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.vm.internal.machine.Fault;
import org.ebpf4j.vm.internal.machine.Machine;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.DeviceContent;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.packet.PacketContext;
import org.ebpf4j.vm.internal.packet.PacketEffects.Target;
import org.ebpf4j.vm.internal.packet.PacketScene;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.packet.PacketResult;
import org.ebpf4j.vm.packet.PacketVerdict;
import org.ebpf4j.vm.packet.Redirect;

/// A program, and the memory of the packets that it sees. For one thread.
final class PacketRunner implements AutoCloseable {
  private static final int ETHERNET = 14;
  private static final int MOST = 262_144;
  private static final long EXCLUDE_INGRESS = 16;
  private static final int INGRESS =
      ContextStruct.named("xdp_md").field("ingress_ifindex").offset();
  private static final int EGRESS = ContextStruct.named("xdp_md").field("egress_ifindex").offset();

  /// How often a packet may be sent on by the programs of entries.
  private static final int MOST_HOPS = 16;

  private final VirtualKernel kernel;
  private final LoadedCode program;
  private final PacketScene scene;
  private final Map<LoadedCode, PacketRunner> entries = new HashMap<>();

  private PacketRunner(VirtualKernel kernel, LoadedCode program) {
    this.kernel = kernel;
    this.program = program;
    scene = new PacketScene(program.type(), program.type() == ProgramType.NETFILTER ? 0 : MOST);
    scene.addTo(kernel.regions());
  }

  /// Whether programs of a type see packets that come as frames.
  static boolean sees(ProgramType type) {
    return PacketScene.wantsFrame(type) || type == ProgramType.NETFILTER;
  }

  /// @throws BpfException where the program sees no packets that come as frames
  static PacketRunner of(VirtualKernel kernel, BpfProgram program) {
    var loaded = OwnObjects.own(program).loaded();
    if (!sees(loaded.type())) {
      throw new BpfException(
          "program '"
              + loaded.name()
              + "' ("
              + loaded.type().label()
              + ") sees no packets that come as frames\n  try: program.run(…) with what it sees");
    }
    return new PacketRunner(kernel, loaded);
  }

  /// Whether what comes back is the frame, with all of its bytes.
  boolean changesFrames() {
    return switch (program.type()) {
      case XDP, SCHED_CLS, SCHED_ACT -> true;
      default -> false;
    };
  }

  /// Has the program see a packet, and those of the entries that it is sent to.
  PacketResult run(byte[] frame) {
    if (frame.length < ETHERNET) {
      throw new BpfException(
          "a packet of " + frame.length + " bytes has no Ethernet header, which has 14");
    }
    return program.type() == ProgramType.NETFILTER
        ? filter(frame)
        : run(frame, 0, new byte[0], RunInput.none().cpu(0), 0, Use.HOOK);
  }

  /// Has a netfilter program see a packet that arrives. Frames that are not IP pass it by.
  private PacketResult filter(byte[] frame) {
    var place =
        NetfilterScene.Place.of(program.spec().attachPoint())
            .or(() -> NetfilterScene.Place.ofFrame(frame));
    var family = NetfilterScene.Place.ofFrame(frame);
    if (family.isEmpty() || place.isEmpty() || family.get().family() != place.get().family()) {
      return filtered(1, frame);
    }
    try (var seen = new NetfilterScene(kernel, program, frame, true, place.get())) {
      var returned =
          kernel
              .runs()
              .with(program, RunInput.none(), Optional.empty(), run -> execute(run, seen.context()))
              .intValue();
      return filtered(returned, seen.packet());
    }
  }

  private PacketResult filtered(int returned, byte[] packet) {
    return new PacketResult(
        program.name(),
        PacketVerdict.of(program.type(), returned),
        returned,
        packet,
        new byte[0],
        Optional.empty(),
        List.of(),
        List.of(),
        new byte[0]);
  }

  /// What a program is run for, which says what its verdicts come to.
  private enum Use {
    HOOK,
    DEVICE,
    CPU
  }

  private PacketResult run(
      byte[] data, int metadata, byte[] fields, RunInput input, int hops, Use use) {
    scene.set(data, metadata, fields);
    var returned =
        kernel
            .runs()
            .with(program, input, Optional.empty(), run -> execute(run, scene.context()))
            .intValue();
    var verdict = verdict(PacketVerdict.of(program.type(), returned), use);
    var effects = scene.context().effects();
    var target = verdict == PacketVerdict.REDIRECT ? effects.target() : null;
    var packet = scene.packet().content();
    var before = scene.packet().metadata();
    var clones =
        effects.clones().stream()
            .map(sent -> new PacketResult.Clone(redirect(sent.device()), sent.bytes()))
            .toList();
    var context = scene.contextOut();
    var ingress = (int) scene.context().get(INGRESS, 4);
    return new PacketResult(
        program.name(),
        verdict,
        returned,
        packet,
        before,
        Optional.ofNullable(target).map(this::redirect),
        target instanceof Target.Entry entry && hops < MOST_HOPS
            ? entries(entry, packet, before, ingress, hops)
            : List.of(),
        clones,
        context);
  }

  /// Programs of entries may not say all that others do (`dev_map_bpf_prog_run`,
  /// `cpu_map_bpf_prog_run_xdp` in `kernel/bpf`).
  private static PacketVerdict verdict(PacketVerdict said, Use use) {
    return switch (use) {
      case HOOK -> said;
      case DEVICE ->
          said == PacketVerdict.PASS || said == PacketVerdict.DROP ? said : PacketVerdict.ABORTED;
      case CPU ->
          said == PacketVerdict.PASS || said == PacketVerdict.DROP || said == PacketVerdict.REDIRECT
              ? said
              : PacketVerdict.ABORTED;
    };
  }

  private long execute(Run run, PacketContext context) {
    run.setSubject(context);
    var time = System.nanoTime();
    try {
      return Machine.run(run, program.code(), context.address());
    } catch (Fault fault) {
      throw ProgramRun.failure(fault, kernel.regions());
    } finally {
      program.count(1, System.nanoTime() - time);
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

  // What comes behind a redirect.

  /// A program of an entry, held.
  private record Waiting(long key, int number, LoadedCode program) {}

  private List<PacketResult> entries(
      Target.Entry target, byte[] packet, byte[] metadata, int ingress, int hops) {
    var store = Store.at(kernel.regions(), target.map());
    if (!(store.content() instanceof DeviceContent devices)) {
      return List.of();
    }
    var waiting = new ArrayList<Waiting>();
    synchronized (store) {
      var keys = target.broadcast() ? devices.keys() : List.of((int) target.key());
      for (var key : keys) {
        devices
            .target(key)
            .filter(one ->
                !target.broadcast()
                    || (target.flags() & EXCLUDE_INGRESS) == 0
                    || one.number() != ingress)
            .ifPresent(one -> {
              if (one.program() instanceof LoadedCode held) {
                kernel.registry().hold(held);
                waiting.add(new Waiting(key, one.number(), held));
              }
            });
      }
    }
    try {
      var results = new ArrayList<PacketResult>();
      for (var one : waiting) {
        results.add(one(one, devices.isOfCpus(), packet, metadata, ingress, hops));
      }
      return results;
    } finally {
      waiting.forEach(one -> kernel.registry().release(one.program()));
    }
  }

  private PacketResult one(
      Waiting waiting, boolean cpus, byte[] packet, byte[] metadata, int ingress, int hops) {
    var runner = entries.computeIfAbsent(waiting.program(), code -> new PacketRunner(kernel, code));
    var data = new byte[metadata.length + packet.length];
    System.arraycopy(metadata, 0, data, 0, metadata.length);
    System.arraycopy(packet, 0, data, metadata.length, packet.length);
    var fields = new byte[ContextStruct.named("xdp_md").size()];
    var numbers = ByteBuffer.wrap(fields).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putInt(INGRESS, ingress);
    if (!cpus) {
      numbers.putInt(EGRESS, waiting.number());
    }
    var input = cpus ? RunInput.none().cpu((int) waiting.key()) : RunInput.none();
    return runner.run(data, metadata.length, fields, input, hops + 1, cpus ? Use.CPU : Use.DEVICE);
  }

  @Override
  public void close() {
    entries.values().forEach(PacketRunner::close);
    scene.removeFrom(kernel.regions());
  }
}
