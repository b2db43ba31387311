package org.ebpf4j.cli.object;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.ProgramTarget;
import org.ebpf4j.load.StoredFacts;
import org.ebpf4j.object.ObjectSpec;

/// What one kernel makes of an object, and what is to be said of that.
final class Fitting {
  /// Stands for the whole program, in place of an instruction.
  static final int PROGRAM = -1;

  private final String facts;

  /// @param facts `host`, or a path that [StoredFacts] reads
  Fitting(String facts) {
    this.facts = facts;
  }

  FittedObject of(ObjectSpec spec) {
    if (facts.equals("host")) {
      try (var kernel = LinuxKernel.open()) {
        return kernel.fit(spec, FitOptions.NONE);
      }
    }
    return FittedObject.of(spec, StoredFacts.of(Path.of(facts)), FitOptions.NONE);
  }

  /// What is to be said of a program and its instructions, by instruction.
  static Map<Integer, List<String>> notes(FittedObject object, FittedProgram program) {
    var notes = new TreeMap<Integer, List<String>>();
    var target = describe(program.target());
    if (!target.isEmpty()) {
      add(notes, PROGRAM, target);
    }
    for (var reference : program.program().externReferences()) {
      var name = object.spec().externs().get(reference.extern()).name();
      var module = program.moduleSlots().get(reference.slot());
      add(notes, reference.slot(), "'" + name + "'" + of(module == null ? "" : module));
    }
    program.notes().forEach(note -> add(notes, note.slot(), note.text()));
    program
        .poisoned()
        .forEach((slot, text) -> {
          if (!notes.getOrDefault(slot, List.of()).contains(text)) {
            add(notes, slot, text);
          }
        });
    return notes;
  }

  /// A note of several lines is several notes.
  private static void add(Map<Integer, List<String>> notes, int slot, String text) {
    var lines = notes.computeIfAbsent(slot, _ -> new ArrayList<>());
    text.lines().map(String::strip).filter(line -> !lines.contains(line)).forEach(lines::add);
  }

  private static String describe(ProgramTarget target) {
    return switch (target) {
      case ProgramTarget.None() -> "";
      case ProgramTarget.OfKernel(var type, var module) -> "for type " + type + of(module);
      case ProgramTarget.OfProgram(var type) -> "for type " + type + " of another program";
      case ProgramTarget.Member(var type, var module, var index) ->
          "member " + index + " of type " + type + of(module);
      case ProgramTarget.Missing(var reason) -> "cannot be loaded: " + reason.getMessage();
    };
  }

  private static String of(String module) {
    return module.isEmpty() ? " of the kernel" : " of module " + module;
  }

  /// Why programs do not fit.
  static List<String> failures(FittedObject object, Set<String> wanted) {
    var lines = new ArrayList<String>();
    for (var program : object.spec().programs()) {
      var failure = object.failures().get(program.name());
      if (failure != null) {
        lines.add(String.valueOf(failure.getMessage()));
      } else if (wanted.contains(program.name()) && !program.autoload()) {
        lines.add("program '" + program.name() + "' is in no struct of functions that is created");
      }
    }
    for (var program : object.programs()) {
      if (program.target() instanceof ProgramTarget.Missing(var reason)) {
        lines.add(String.valueOf(reason.getMessage()));
      }
    }
    return lines;
  }
}
