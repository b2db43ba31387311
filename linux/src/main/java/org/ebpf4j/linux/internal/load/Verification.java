package org.ebpf4j.linux.internal.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.ebpf4j.Steps;
import org.ebpf4j.Verdict;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Loads the programs of an object to see what the kernel says of them, and keeps none.
final class Verification {
  private static final Pattern PROCESSED =
      Pattern.compile("processed (\\d+) insns .*?total_states (\\d+)");

  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /// Error numbers that say nothing of the program.
  private static final Set<Integer> NO_VERDICTS =
      Set.of(Errno.EPERM, Errno.EINTR, Errno.EAGAIN, Errno.ENOMEM, Errno.ENFILE, Errno.EMFILE);

  /// Only numbers (`BPF_LOG_STATS`).
  private static final int STATISTICS = 4;

  private final Steps steps;
  private final ObjectSpec spec;
  private final LoadRequest request;

  Verification(Steps steps, ObjectSpec spec, LoadRequest request) {
    this.steps = steps;
    this.spec = spec;
    this.request = request;
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
    var start = System.nanoTime();
    var outcome = Loader.load(alone(program), request.withLogLevel(STATISTICS), steps);
    var time = Duration.ofNanos(System.nanoTime() - start);
    try (var _ = outcome.object().orElse(null)) {
      return outcome.failure().isPresent()
          ? refused(program, outcome, outcome.failure().get(), time)
          : verdict(program, outcome, time);
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
    var start = System.nanoTime();
    var outcome = Loader.load(spec, request.withLogLevel(STATISTICS).withKeepGoing(), steps);
    var time = Duration.ofNanos(System.nanoTime() - start);
    try (var _ = outcome.object().orElse(null)) {
      for (var program : spec.programs()) {
        var failure = outcome.failures().get(program.name());
        if (outcome.failure().isPresent()) {
          if (program.autoload()) {
            consumer.accept(refused(program, outcome, outcome.failure().get(), time));
          }
        } else if (failure != null) {
          consumer.accept(refused(program, outcome, failure, time));
        } else if (loaded(program, outcome).isPresent()) {
          consumer.accept(verdict(program, outcome, time));
        }
      }
    }
  }

  private static Optional<LoadedProgram> loaded(ProgramSpec program, LoadOutcome outcome) {
    return outcome.object().stream()
        .flatMap(object -> object.programs().stream())
        .filter(p -> p.name().equals(program.name()))
        .findFirst();
  }

  /// The section without the mark that leaves its programs to be asked for.
  private static String section(ProgramSpec program) {
    return program.section().startsWith("?") ? program.section().substring(1) : program.section();
  }

  private static Verdict verdict(ProgramSpec program, LoadOutcome outcome, Duration time) {
    var loaded =
        loaded(program, outcome)
            .orElseThrow(() ->
                new NotFoundException(
                    "program",
                    program.name(),
                    outcome.fitted().stream().map(p -> p.program().name()).toList()));
    var numbers = PROCESSED.matcher(loaded.log());
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
        ObjectInfo.program(loaded.fd().number()).tag(),
        code(program, outcome),
        time);
  }

  private static Verdict refused(
      ProgramSpec program, LoadOutcome outcome, LoadFailure refusal, Duration time) {
    var failure = refusal.reason();
    var log = failure instanceof VerifierException v ? v.log() : "";
    var numbers = PROCESSED.matcher(log);
    var found = numbers.find();
    var verdict =
        new Verdict(
            program.name(),
            section(program),
            program.type(),
            isVerdict(failure) ? Verdict.Outcome.REJECTED : Verdict.Outcome.ERROR,
            refusal.stage(),
            failure instanceof KernelException k ? k.errno() : 0,
            String.valueOf(failure.getMessage()),
            log,
            found ? Long.parseLong(numbers.group(1)) : -1,
            found ? Long.parseLong(numbers.group(2)) : -1,
            "",
            code(program, outcome),
            time);
    return failure instanceof VerifierException rejected
        ? verdict.withExplanation(rejected.explanation())
        : verdict;
  }

  /// Whether the kernel looked at the program and refuses it; not where it did not come to that,
  /// for want of a privilege, memory or descriptors, or for a signal.
  private static boolean isVerdict(BpfException failure) {
    return failure instanceof VerifierException
        || (failure instanceof KernelException k
            && k.command().equals("PROG_LOAD")
            && !NO_VERDICTS.contains(k.errno()));
  }

  private static Optional<Verdict.Code> code(ProgramSpec program, LoadOutcome outcome) {
    return outcome.fitted().stream()
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
