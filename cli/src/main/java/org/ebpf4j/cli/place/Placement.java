package org.ebpf4j.cli.place;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.ListeningSocket;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;

/// Which program goes where: what `--attach` says, matched with the programs of an object. Made
/// before anything is loaded, so that a mistake is found before anything is done. Holds the sockets
/// it opens.
public final class Placement implements AutoCloseable {
  private final Map<String, Target> byProgram = new HashMap<>();
  private final List<ListeningSocket> sockets = new ArrayList<>();
  private final Map<Target, ListeningSocket> opened = new HashMap<>();

  private Placement() {}

  /// Matches them.
  ///
  /// @param everyProgram whether a program without a place is a mistake
  /// @throws BpfException where a target suits no program, or a program has no place or several
  public static Placement of(ObjectSpec spec, List<Target> targets, boolean everyProgram) {
    var placement = new Placement();
    var used = new HashSet<Target>();
    for (var program : spec.programs()) {
      if (!program.autoload()) {
        continue;
      }
      if (program.type().isEmpty()) {
        SectionName.parse(program.section());
      }
      var target = placement.choose(program, targets);
      if (target != null) {
        placement.byProgram.put(program.name(), target);
        used.add(target);
      } else if (everyProgram && program.attachPoint().isEmpty()) {
        throw new BpfException(
            describe(program)
                + ": its section names no place; say where with --attach, one of "
                + Target.FORMS);
      }
    }
    for (var target : targets) {
      if (!used.contains(target)) {
        throw new BpfException(
            "--attach "
                + target.text()
                + (target.program().isEmpty()
                    ? " suits no program of the object that has no place of its own; name the"
                        + " program, as in PROGRAM="
                        + target.text()
                    : ": the object has no program '" + target.program() + "' that it suits")
                + "; its programs: "
                + String.join(", ", spec.programs().stream().map(Placement::describe).toList()));
      }
    }
    return placement;
  }

  private static String describe(ProgramSpec program) {
    return "'" + program.name() + "'" + program.type().map(t -> " (" + t.label() + ")").orElse("");
  }

  private @org.jspecify.annotations.Nullable Target choose(
      ProgramSpec program, List<Target> targets) {
    var type = program.type().orElseThrow();
    var named =
        targets.stream()
            .filter(t -> t.program().equals(program.name()) && t.place().types().contains(type))
            .toList();
    var candidates = named;
    if (named.isEmpty() && program.attachPoint().isEmpty()) {
      candidates =
          targets.stream()
              .filter(t -> t.program().isEmpty() && t.place().types().contains(type))
              .toList();
    }
    if (candidates.size() > 1) {
      throw new BpfException(
          describe(program)
              + " could go to "
              + String.join(" or ", candidates.stream().map(Target::text).toList())
              + "; name the program, as in "
              + program.name()
              + "="
              + candidates.getFirst().text());
    }
    return candidates.isEmpty() ? null : candidates.getFirst();
  }

  /// Opens the sockets that are wanted.
  public void open(LinuxKernel kernel) {
    for (var target : byProgram.values()) {
      if (target.place() instanceof Target.Listen listen && !opened.containsKey(target)) {
        var socket = kernel.listen(listen.address());
        sockets.add(socket);
        opened.put(target, socket);
      }
    }
  }

  public List<ListeningSocket> sockets() {
    return sockets;
  }

  /// Where a program goes; empty where it has no place.
  public Optional<AttachPoint> point(LinuxObject object, BpfProgram program) {
    var target = byProgram.get(program.name());
    return target == null
        ? program.spec().flatMap(ProgramSpec::attachPoint)
        : Optional.of(point(object, program, target));
  }

  private AttachPoint point(LinuxObject object, BpfProgram program, Target target) {
    return switch (target.place()) {
      case Target.Fixed fixed -> fixed.point();
      case Target.Listen _ -> java.util.Objects.requireNonNull(opened.get(target)).attachPoint();
      case Target.InCgroup cgroup ->
          new Cgroup(
              cgroup.path(),
              type(program, cgroup.type().orElse(null), target, "ingress or egress"));
      case Target.OnSockmap sockmap ->
          new Sockmap(
              object.map(sockmap.map()).fd(),
              type(
                  program,
                  sockmap.type().orElse(null),
                  target,
                  "stream_parser, stream_verdict or verdict"));
    };
  }

  private static AttachType type(
      BpfProgram program,
      @org.jspecify.annotations.Nullable AttachType said,
      Target target,
      String choices) {
    if (said != null) {
      return said;
    }
    return program
        .spec()
        .flatMap(ProgramSpec::attachType)
        .orElseThrow(() ->
            new BpfException(
                "program '"
                    + program.name()
                    + "': its section does not say which hook; add "
                    + choices
                    + ", as in --attach "
                    + target.text()
                    + ","
                    + choices.split("[ ,]")[0]));
  }

  @Override
  public void close() {
    sockets.forEach(ListeningSocket::close);
  }
}
