package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.MapCreation.KernelOperations;
import org.ebpf4j.linux.attach.StructOpsHook;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.EventTypes;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;

/// The maps and programs of one object file, in this machine's kernel.
public final class LinuxObject implements BpfObject {
  private final Steps steps;
  private final ObjectSpec spec;
  private final List<LinuxMap> maps;
  private final List<LinuxProgram> programs;
  private final Map<String, BpfException> failures;
  private final Map<String, KernelOperations> structOps;

  LinuxObject(
      Steps steps,
      ObjectSpec spec,
      List<LinuxMap> maps,
      List<LinuxProgram> programs,
      Map<String, BpfException> failures,
      Map<String, KernelOperations> structOps) {
    this.steps = steps;
    this.spec = spec;
    this.maps = List.copyOf(maps);
    this.programs = List.copyOf(programs);
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    this.structOps = Map.copyOf(structOps);
  }

  @Override
  public String name() {
    return spec.name();
  }

  /// Why programs were not loaded, by their names; only where others were to be loaded all the same
  /// ([LoadOptions#keepGoing()]).
  public Map<String, BpfException> failures() {
    return failures;
  }

  /// A global variable, in the memory that the programs use.
  ///
  /// @throws NotFoundException where the object has no such variable
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it into memory: one of
  ///   a section that has nothing but `static` variables
  public BpfVariable variable(String wanted) {
    var variable = spec.variable(wanted);
    var home = spec.map(variable.map());
    var start = home.type() == MapType.ARENA.number() ? ArenaMemory.offset(home) : 0;
    var memory = map(variable.map()).memory().asSlice(start + variable.offset(), variable.size());
    return new BpfVariable(variable, memory, spec.types().orElseThrow());
  }

  /// Has the kernel call the programs of a `struct_ops` map. Closing the link ends that.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  public LinuxLink register(String wanted) {
    var map = map(wanted);
    var operations = structOps.get(wanted);
    if (operations == null) {
      throw new BpfException("map '" + wanted + "' holds no functions for the kernel to call");
    }
    var value = operations.layout().value(program -> program(program).fd());
    var attachment =
        StructOpsHook.attach(
            "map '" + wanted + "'", map.fd(), value, (map.info().flags() & MapSpec.LINK) != 0);
    try {
      steps.report(Step.Action.ATTACH, "map " + wanted, "registered with the kernel");
    } catch (RuntimeException | Error e) {
      attachment.close();
      throw e;
    }
    return new LinuxLink(steps, wanted, null, attachment);
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

  /// Reads the records of a ring buffer, as [LinuxMap#ringBuffer()] does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no ring buffer
  public RingBuffer ringBuffer(String wanted) {
    return map(wanted).ringBuffer(events(wanted));
  }

  /// Reads the records of a map of perf events, as [LinuxMap#perfBuffer(PerfBufferOptions)] does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no map of perf events
  public PerfBuffer perfBuffer(String wanted, PerfBufferOptions options) {
    return map(wanted).perfBuffer(options, events(wanted));
  }

  /// The same with [PerfBufferOptions#DEFAULT].
  public PerfBuffer perfBuffer(String wanted) {
    return perfBuffer(wanted, PerfBufferOptions.DEFAULT);
  }

  /// What the object says of the records of a map.
  private EventTypes events(String map) {
    return new EventTypes(
        EventType.declared(spec, spec.map(map)).map(LinuxObject::struct),
        name -> struct(EventType.named(spec, name)));
  }

  private static EventTypes.Struct struct(EventType type) {
    return new EventTypes.Struct(type.types(), type.id());
  }

  /// Writes records into a user ring buffer, as [LinuxMap#userRingBuffer()] does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no user ring buffer
  public UserRingBuffer userRingBuffer(String wanted) {
    return map(wanted).userRingBuffer();
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
