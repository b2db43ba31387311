package org.ebpf4j.cli.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.cli.place.Placement;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.ListeningSocket;

/// Objects that are loaded, then attached, and taken away together.
final class AttachedObjects implements AutoCloseable {
  private record Placed(LinuxObject object, Placement placement) {}

  private final Consumer<String> messages;
  private final List<Placed> objects = new ArrayList<>();
  private final Map<String, BpfException> notLoaded = new LinkedHashMap<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /// @param messages takes what is said of programs that are not loaded or attached
  AttachedObjects(Consumer<String> messages) {
    this.messages = messages;
  }

  /// Has the runs of programs counted while this is open.
  void countRuns(LinuxKernel kernel) {
    open.push(kernel.statistics());
  }

  /// Loads one more; keeps what is not loaded, where the options go on then.
  void load(LinuxKernel kernel, Placement placement, LoadOptions options) {
    open.push(placement);
    var object = kernel.load(placement.spec(), placement.in(kernel, options));
    open.push(object);
    notLoaded.putAll(object.failures());
    objects.add(new Placed(object, placement));
  }

  /// Attaches the programs of all: each of them, or, where it goes on, those that can be; then it
  /// has those run that wait for that, and says which are not loaded or not attached.
  ///
  /// @throws BpfException where one is not attached and it does not go on, or none is
  void attach(LinuxKernel kernel, boolean keepGoing) {
    var failures = new LinkedHashMap<String, BpfException>();
    var attached = 0;
    for (var placed : objects) {
      var object = placed.object();
      var placement = placed.placement();
      placement.open(kernel);
      failures.putAll(placement.unplaced());
      var links =
          keepGoing
              ? object.attachTo(
                  p -> placement.point(object, p), (p, why) -> failures.put(p.name(), why))
              : object.attachTo(p -> placement.point(object, p));
      open.push(links);
      var registered = keepGoing ? object.registerAll(failures::put) : object.registerAll();
      open.push(registered);
      attached += links.links().size() + registered.links().size();
    }
    PostAttachMark.reach();
    if (attached == 0) {
      Stream.of(notLoaded, failures)
          .flatMap(m -> m.values().stream())
          .findFirst()
          .ifPresent(why -> {
            throw why;
          });
    }
    notLoaded.forEach((name, why) -> say("loaded", name, why));
    failures.forEach((name, why) -> say("attached", name, why));
  }

  private void say(String what, String program, BpfException why) {
    messages.accept(Failure.ofProgram(what, program, why));
  }

  List<LinuxObject> objects() {
    return objects.stream().map(Placed::object).toList();
  }

  /// Has the sockets that were opened for programs take no connections.
  void dismissConnections() {
    for (var placed : objects) {
      placed.placement().sockets().forEach(ListeningSocket::dismissConnections);
    }
  }

  /// What was made last goes first; all of it goes, whatever goes wrong.
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      } catch (Exception e) {
        throw new IllegalStateException("nothing here throws such", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
