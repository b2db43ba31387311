package org.ebpf4j.linux;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Steps;
import org.ebpf4j.Verdict;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Loads the programs of an object to see what the kernel says of them, and keeps none.
final class Verification {
  private static final Pattern PROCESSED =
      Pattern.compile("processed (\\d+) insns .*?total_states (\\d+)");

  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /// Only numbers (`BPF_LOG_STATS`).
  private static final int STATISTICS = 4;

  private final Steps steps;
  private final ObjectSpec spec;
  private final LoadOptions options;

  Verification(Steps steps, ObjectSpec spec, LoadOptions options) {
    this.steps = steps;
    this.spec = spec;
    this.options = options;
  }

  /// Each program by itself, the others switched off.
  void each(Consumer<Verdict> consumer) {
    for (var program : spec.programs()) {
      // A function in .text of which nobody said that it is a program.
      if (program.type().isPresent() || program.autoload()) {
        consumer.accept(one(program));
      }
    }
  }

  private Verdict one(ProgramSpec program) {
    var alone = alone(program);
    var loader = new ObjectLoader(steps, alone, options.withLogLevel(STATISTICS));
    var start = System.nanoTime();
    try (var object = loader.load()) {
      return verdict(program, loader, object, Duration.ofNanos(System.nanoTime() - start));
    } catch (BpfException e) {
      return refused(program, loader, e, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /// The object with this program only. Of the maps of functions, those that have it are kept.
  private ObjectSpec alone(ProgramSpec program) {
    var functions = program.type().filter(t -> t == ProgramType.STRUCT_OPS).isPresent();
    var maps = new ArrayList<String>();
    for (var map : spec.maps()) {
      if (map.structOps().isPresent()
          && !(functions && uses(map, program.name()))
          && map.create()) {
        maps.add(map.name());
      }
    }
    var alone = spec.withEachProgram(p -> p.withAutoload(p.name().equals(program.name())));
    for (var map : maps) {
      alone = alone.withMap(map, m -> m.withCreate(false));
    }
    if (functions) {
      for (var map : spec.maps()) {
        if (map.structOps().isPresent() && uses(map, program.name())) {
          alone = alone.withMap(map.name(), m -> m.withCreate(true).onlyWith(program.name()));
        }
      }
    }
    return alone;
  }

  private static boolean uses(MapSpec map, String program) {
    return map.structOps().orElseThrow().programs().containsValue(program);
  }

  /// All programs that the object loads, together.
  void whole(Consumer<Verdict> consumer) {
    var loader =
        new ObjectLoader(steps, spec, options.withLogLevel(STATISTICS).withKeepGoing(true));
    var start = System.nanoTime();
    try (var object = loader.load()) {
      var time = Duration.ofNanos(System.nanoTime() - start);
      for (var program : spec.programs()) {
        var failure = object.failures().get(program.name());
        if (failure != null) {
          consumer.accept(refused(program, loader, failure, time));
        } else if (object.programs().stream().anyMatch(p -> p.name().equals(program.name()))) {
          consumer.accept(verdict(program, loader, object, time));
        }
      }
    } catch (BpfException e) {
      var time = Duration.ofNanos(System.nanoTime() - start);
      for (var program : spec.programs()) {
        if (program.autoload()) {
          consumer.accept(refused(program, loader, e, time));
        }
      }
    }
  }

  /// The section without the mark that leaves its programs to be asked for.
  private static String section(ProgramSpec program) {
    return program.section().startsWith("?") ? program.section().substring(1) : program.section();
  }

  private static Verdict verdict(
      ProgramSpec program, ObjectLoader loader, LinuxObject object, Duration time) {
    var loaded = object.program(program.name());
    var numbers = PROCESSED.matcher(loaded.verifierLog());
    var found = numbers.find();
    return new Verdict(
        program.name(),
        section(program),
        program.type(),
        Verdict.Outcome.OK,
        Verdict.Stage.LOAD,
        0,
        "",
        "",
        found ? Long.parseLong(numbers.group(1)) : -1,
        found ? Long.parseLong(numbers.group(2)) : -1,
        loaded.info().tag(),
        code(program, loader),
        time);
  }

  private static Verdict refused(
      ProgramSpec program, ObjectLoader loader, BpfException failure, Duration time) {
    var log = failure instanceof VerifierException v ? v.log() : "";
    var numbers = PROCESSED.matcher(log);
    var found = numbers.find();
    var byKernel =
        failure instanceof VerifierException
            || (failure instanceof KernelException k && k.command().equals("PROG_LOAD"));
    return new Verdict(
        program.name(),
        section(program),
        program.type(),
        byKernel ? Verdict.Outcome.REJECTED : Verdict.Outcome.ERROR,
        stage(loader.stage()),
        failure instanceof KernelException k ? k.errno() : 0,
        String.valueOf(failure.getMessage()),
        log,
        found ? Long.parseLong(numbers.group(1)) : -1,
        found ? Long.parseLong(numbers.group(2)) : -1,
        "",
        code(program, loader),
        time);
  }

  private static Verdict.Stage stage(ObjectLoader.Stage stage) {
    return switch (stage) {
      case OPEN -> Verdict.Stage.OPEN;
      case RELOCATE -> Verdict.Stage.RELOCATE;
      case MAPS -> Verdict.Stage.MAPS;
      case LOAD -> Verdict.Stage.LOAD;
    };
  }

  private static Optional<Verdict.Code> code(ProgramSpec program, ObjectLoader loader) {
    return loader.fitted().stream()
        .filter(r -> r.program().name().equals(program.name()))
        .findFirst()
        .map(r -> new Verdict.Code(r.instructions().size(), hash(r.instructions())));
  }

  /// FNV-1a over the bytes of all instructions, where the descriptors of maps count as zero.
  static long hash(Instructions instructions) {
    var hash = FNV_BASIS;
    for (int i = 0; i < instructions.size(); i++) {
      var slot = instructions.slot(i);
      var wide = Slot.isWide(slot);
      if (wide
          && (Slot.src(slot) == Opcode.PSEUDO_MAP_FD
              || Slot.src(slot) == Opcode.PSEUDO_MAP_VALUE)) {
        slot = Slot.withImm(slot, 0);
      }
      hash = hash(hash, slot);
      if (wide && i + 1 < instructions.size()) {
        i++;
        hash = hash(hash, instructions.slot(i));
      }
    }
    return hash;
  }

  private static long hash(long start, long slot) {
    var hash = start;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      hash = (hash ^ (slot >>> shift & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
