package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.BpfObject;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.NotFoundException;

/// The maps and programs of one object file, in this machine's kernel.
public final class LinuxObject implements BpfObject {
  private final String name;
  private final List<LinuxMap> maps;
  private final List<LinuxProgram> programs;

  LinuxObject(String name, List<LinuxMap> maps, List<LinuxProgram> programs) {
    this.name = name;
    this.maps = List.copyOf(maps);
    this.programs = List.copyOf(programs);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<LinuxProgram> programs() {
    return programs;
  }

  @Override
  public LinuxProgram program(String wanted) {
    return programs.stream()
        .filter(p -> p.name().equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new NotFoundException(
                "program", wanted, programs.stream().map(LinuxProgram::name).toList()));
  }

  @Override
  public List<LinuxMap> maps() {
    return maps;
  }

  @Override
  public LinuxMap map(String wanted) {
    return maps.stream()
        .filter(m -> m.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new NotFoundException("map", wanted, maps.stream().map(LinuxMap::name).toList()));
  }

  /// Attaches every program where its section's name says. If one cannot be, those before it are
  /// detached again.
  public LinkSet attachAll() {
    return attachEach(program -> Optional.of(program.attach()));
  }

  /// Attaches every program to the place that `where` gives for it, and leaves those that it gives
  /// none. If one cannot be attached, those before it are detached again.
  public LinkSet attachTo(Function<LinuxProgram, Optional<AttachPoint>> where) {
    return attachEach(program -> where.apply(program).map(program::attach));
  }

  private LinkSet attachEach(Function<LinuxProgram, Optional<LinuxLink>> attach) {
    var links = new ArrayList<LinuxLink>();
    try {
      for (var program : programs) {
        attach.apply(program).ifPresent(links::add);
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, links);
      throw e;
    }
    return new LinkSet(links);
  }

  @Override
  public void close() {
    var all = new ArrayList<AutoCloseable>(maps);
    all.addAll(programs);
    Closing.all(all);
  }
}
