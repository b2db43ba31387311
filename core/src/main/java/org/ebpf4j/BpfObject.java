package org.ebpf4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.spi.Closing;

/// The maps and programs of one object file, alive in a kernel. Holds one reference to each;
/// closing gives them back, and what nothing else refers to (a pin, a link, a hook, a program) is
/// gone. It may be used from any thread.
public interface BpfObject extends AutoCloseable {
  /// What it was loaded from, fitted to the kernel.
  ObjectSpec spec();

  /// The name of the object.
  default String name() {
    return spec().name();
  }

  /// Its programs, in the order of the file.
  List<? extends BpfProgram> programs();

  /// The program of that name.
  ///
  /// @throws NotFoundException where there is none
  default BpfProgram program(String name) {
    for (var program : programs()) {
      if (program.name().equals(name)) {
        return program;
      }
    }
    throw new NotFoundException(
        "program", name, programs().stream().map(BpfProgram::name).toList());
  }

  /// Its maps, in the order of the file.
  List<? extends RawMap> maps();

  /// The map of that name.
  ///
  /// @throws NotFoundException where there is none
  default RawMap map(String name) {
    for (var map : maps()) {
      if (map.name().equals(name)) {
        return map;
      }
    }
    throw new NotFoundException("map", name, maps().stream().map(RawMap::name).toList());
  }

  /// Why programs were not loaded, by their names; only where others were to be loaded all the same
  /// ([LoadOptions#keepGoing()]).
  Map<String, BpfException> failures();

  /// A global variable, in the memory that the programs use.
  ///
  /// @throws NotFoundException where the object has no such variable
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it into memory: one of
  ///   a section that has nothing but `static` variables
  BpfVariable variable(String name);

  /// Has the kernel call the programs of a `struct_ops` map. Closing the link ends that.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it holds no functions
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  Link register(String map);

  /// Has the kernel call the programs of every `struct_ops` map of the object, as
  /// [#register(String)] does. If one cannot be registered, those before it are taken back.
  default LinkSet registerAll() {
    return new LinkSet(registered(map -> Optional.of(register(map))));
  }

  /// The same, but goes on where one cannot be registered.
  ///
  /// @param failed is told which map was not registered, and why
  default LinkSet registerAll(BiConsumer<String, BpfException> failed) {
    return new LinkSet(
        registered(map -> {
          try {
            return Optional.of(register(map));
          } catch (BpfException e) {
            failed.accept(map, e);
            return Optional.empty();
          }
        }));
  }

  private List<Link> registered(Function<String, Optional<Link>> register) {
    var links = new ArrayList<Link>();
    try {
      for (var map : maps()) {
        if (isStructOps(spec(), map.name())) {
          register.apply(map.name()).ifPresent(links::add);
        }
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, links);
      throw e;
    }
    return links;
  }

  private static boolean isStructOps(ObjectSpec spec, String map) {
    return spec.maps().stream()
        .anyMatch(m -> m.name().equals(map) && m.type() == MapType.STRUCT_OPS.number());
  }

  /// Has the kernel call the programs of one `struct_ops` map in the place of those that a link
  /// registered, at once. Both are structs of the same type, in sections `.struct_ops.link`; the
  /// part of the kernel that calls them may want more, as TCP wants the same name.
  ///
  /// @param link a link of [#register(String)], of this object or another one
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it holds no functions
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses; says why
  /// @throws IllegalStateException where the link is closed
  void register(String map, Link link);

  /// Reads the records of a ring buffer, as [RawMap#ringBuffer()] does; the object says what they
  /// are in C, where it does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no ring buffer
  default RingBuffer ringBuffer(String map) {
    return map(map).ringBuffer(EventType.of(spec(), map));
  }

  /// Reads the records of a map of perf events, as [RawMap#perfBuffer(PerfBufferOptions)] does; the
  /// object says what they are in C, where it does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no map of perf events
  default PerfBuffer perfBuffer(String map, PerfBufferOptions options) {
    return map(map).perfBuffer(options, EventType.of(spec(), map));
  }

  /// Reads the records of a map of perf events, with [PerfBufferOptions#DEFAULT].
  default PerfBuffer perfBuffer(String map) {
    return perfBuffer(map, PerfBufferOptions.DEFAULT);
  }

  /// Writes records into a user ring buffer, as [RawMap#userRingBuffer()] does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no user ring buffer
  default UserRingBuffer userRingBuffer(String map) {
    return map(map).userRingBuffer();
  }

  /// Attaches every program where its section's name says, and registers every `struct_ops` map. If
  /// one cannot be, those before it are detached again.
  default LinkSet attachAll() {
    var attached =
        attachEach(program ->
            program.spec().flatMap(ProgramSpec::type).equals(Optional.of(ProgramType.STRUCT_OPS))
                ? Optional.empty()
                : Optional.of(program.attach()));
    try {
      return attached.and(registerAll());
    } catch (RuntimeException | Error e) {
      Closing.after(e, attached.links());
      throw e;
    }
  }

  /// Attaches every program to the place that `where` gives for it, and leaves those that it gives
  /// none. If one cannot be attached, those before it are detached again.
  default LinkSet attachTo(Function<BpfProgram, Optional<AttachPoint>> where) {
    return attachEach(program -> where.apply(program).map(program::attach));
  }

  /// Attaches every program to the place that `where` gives for it, as [#attachTo(Function)] does,
  /// but goes on where one cannot be attached.
  ///
  /// @param failed is told which program was not attached, and why
  default LinkSet attachTo(
      Function<BpfProgram, Optional<AttachPoint>> where,
      BiConsumer<BpfProgram, BpfException> failed) {
    return attachEach(program -> {
      try {
        return where.apply(program).map(program::attach);
      } catch (BpfException e) {
        failed.accept(program, e);
        return Optional.empty();
      }
    });
  }

  private LinkSet attachEach(Function<BpfProgram, Optional<Link>> attach) {
    var links = new ArrayList<Link>();
    try {
      for (var program : programs()) {
        attach.apply(program).ifPresent(links::add);
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, links);
      throw e;
    }
    return new LinkSet(links);
  }

  @Override
  void close();
}
