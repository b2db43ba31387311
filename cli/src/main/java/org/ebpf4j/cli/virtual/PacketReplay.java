package org.ebpf4j.cli.virtual;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.VirtualPackets;
import org.ebpf4j.vm.VirtualPackets.Replayed;
import org.ebpf4j.vm.capture.CaptureReader;
import org.ebpf4j.vm.capture.CaptureWriter;
import org.ebpf4j.vm.packet.PacketVerdict;
import org.jspecify.annotations.Nullable;

/// Captures that come in: through the programs of an object that see packets, in the order in which
/// a device has them see them, XDP first.
final class PacketReplay {
  /// How many packets go by between two looks at the end, and at what programs print.
  private static final int BATCH = 64;

  private final VirtualKernel kernel;
  private final Map<String, Map<PacketVerdict, Long>> counts = new TreeMap<>();
  private long packets;
  private long alive;

  PacketReplay(VirtualKernel kernel) {
    this.kernel = kernel;
  }

  private static List<? extends BpfProgram> programs(BpfObject object) {
    return object.programs().stream()
        .filter(VirtualPackets::sees)
        .sorted(Comparator.comparingInt(PacketReplay::place))
        .toList();
  }

  private static int place(BpfProgram program) {
    var type = program.spec().flatMap(spec -> spec.type());
    if (type.equals(Optional.of(ProgramType.XDP))) {
      return 0;
    }
    return type.filter(t -> t == ProgramType.SCHED_CLS || t == ProgramType.SCHED_ACT).isPresent()
        ? 1
        : 2;
  }

  /// Has the packets come in.
  ///
  /// @param between is called every few packets
  void play(Step.Packets step, BpfObject object, Runnable between, BooleanSupplier end) {
    var seeing = programs(object);
    if (seeing.isEmpty()) {
      throw new BpfException(
          "--pcap: object '" + object.name() + "' has no program that sees packets");
    }
    try (var in = CaptureReader.open(step.in());
        var out = step.out().isEmpty() ? null : CaptureWriter.create(step.out().get())) {
      VirtualPackets.of(kernel)
          .replay(
              seeing,
              in,
              replayed -> {
                count(replayed, out);
                if (packets % BATCH == 0) {
                  between.run();
                  if (end.getAsBoolean()) {
                    throw Enough.NOW;
                  }
                }
              });
    } catch (Enough _) {
      between.run();
    }
  }

  /// Ends a replay from within; what went by so far counts.
  @SuppressWarnings("StaticAssignmentOfThrowable") // without a trace, so there is nothing to keep
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final Enough NOW = new Enough();

    private Enough() {
      super("enough", null, false, false);
    }
  }

  private void count(Replayed replayed, @Nullable CaptureWriter out) {
    packets++;
    for (var result : replayed.results()) {
      counts
          .computeIfAbsent(result.program(), _ -> new TreeMap<>())
          .merge(result.verdict(), 1L, Long::sum);
    }
    if (replayed.isAlive()) {
      alive++;
      if (out != null) {
        out.write(replayed.packet().nanos(), replayed.frame());
      }
    }
  }

  /// Says what came of them.
  void summary(PrintWriter err) {
    if (packets == 0) {
      return;
    }
    err.println(packets + " packets came in, " + alive + " were let through");
    counts.forEach((program, verdicts) -> {
      var each = new ArrayList<String>();
      verdicts.forEach(
          (verdict, count) -> each.add(count + " " + verdict.name().toLowerCase(Locale.ROOT)));
      err.println(program + ": " + String.join(", ", each));
    });
  }
}
