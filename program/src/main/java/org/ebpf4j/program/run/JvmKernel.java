package org.ebpf4j.program.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Kernel;
import org.ebpf4j.Link;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.RunStatistics;
import org.ebpf4j.TraceStream;
import org.ebpf4j.Verdict;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.program.compile.JavaPrograms;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.RingWaiter;
import org.ebpf4j.ring.RingPoller;

/// A kernel that runs programs in Java as what they are: methods. Maps are the plain objects in the
/// static fields of their classes, which are emptied when a class is loaded; the JVM's debugger and
/// its coverage work as in any test. Nothing verifies them: the compiler, the virtual kernel and a
/// real one do.
///
/// A test sees it as any other kernel, so that the same test runs on all. It has no pins, and maps
/// of its objects alone.
public final class JvmKernel implements Kernel {
  private final Environment environment;
  private final List<JvmLink> links = new CopyOnWriteArrayList<>();
  private final Map<Integer, JvmMap> maps = new HashMap<>();
  private final Map<Integer, JvmLoaded> programs = new HashMap<>();
  private int last;

  /// A kernel whose programs run in an environment.
  public JvmKernel(Environment environment) {
    this.environment = environment;
  }

  /// The usual one.
  public static JvmKernel open() {
    return new JvmKernel(new Environment());
  }

  /// What programs find around them.
  public Environment environment() {
    return environment;
  }

  /// Compiles classes, for what there is to know of their programs and maps, and loads them.
  public JvmObject load(Class<?>... classes) {
    return load(JavaPrograms.compile(classes), classes);
  }

  /// Loads classes that were compiled. Their maps are empty, and their variables are what the
  /// object says.
  ///
  /// @param spec the object that was made of them
  /// @throws org.ebpf4j.error.NotFoundException where a map of the object is in none of them
  public JvmObject load(ObjectSpec spec, Class<?>... classes) {
    return new JvmObject(this, spec, List.of(classes));
  }

  /// What this cannot do: an object does not have the classes it was made of.
  ///
  /// @throws UnsupportedFeatureException always
  @Override
  public BpfObject load(ObjectSpec spec, LoadOptions options) {
    throw none("object files: it runs classes\n  try: load(Class…), or the virtual kernel");
  }

  private static UnsupportedFeatureException none(String what) {
    return new UnsupportedFeatureException(what, null, "the kernel of plain Java has no " + what);
  }

  synchronized int add(JvmMap map) {
    maps.put(++last, map);
    return last;
  }

  synchronized int add(JvmLoaded program) {
    programs.put(++last, program);
    return last;
  }

  synchronized int add(JvmLink link) {
    links.add(link);
    return ++last;
  }

  synchronized void remove(int id) {
    maps.remove(id);
    programs.remove(id);
  }

  void remove(JvmLink link) {
    links.remove(link);
  }

  /// Says that a hook is reached: each program that is attached to it runs, in the order in which
  /// they were attached.
  ///
  /// @return what came of each run
  public List<RunResult> fire(AttachPoint point, RunInput input) {
    var results = new ArrayList<RunResult>();
    for (var link : links) {
      if (link.point().describe().equals(point.describe())) {
        results.add(link.program().run(input));
      }
    }
    return results;
  }

  /// Nothing verifies programs here.
  ///
  /// @throws UnsupportedFeatureException always
  @Override
  public void verify(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    throw none("verifier");
  }

  /// Nothing verifies programs here.
  ///
  /// @throws UnsupportedFeatureException always
  @Override
  public void verifyWhole(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    throw none("verifier");
  }

  /// What this cannot do: maps are those of classes.
  ///
  /// @throws UnsupportedFeatureException always
  @Override
  public RawMap createMap(MapSpec spec) {
    throw none("maps without a class");
  }

  private static KernelException missing(String what, int id) {
    return KernelException.of(what + " " + id, "GET_FD_BY_ID", Errno.ENOENT);
  }

  @Override
  public synchronized BpfProgram openProgram(int id) {
    var found = programs.get(id);
    if (found == null) {
      throw missing("program", id);
    }
    return found.duplicate();
  }

  @Override
  public synchronized RawMap openMap(int id) {
    var found = maps.get(id);
    if (found == null) {
      throw missing("map", id);
    }
    return found.duplicate();
  }

  @Override
  public Link openLink(int id) {
    throw missing("link", id);
  }

  @Override
  public BpfProgram openProgram(Path pin) {
    throw none("pins");
  }

  @Override
  public RawMap openMap(Path pin) {
    throw none("pins");
  }

  @Override
  public Link openLink(Path pin) {
    throw none("pins");
  }

  @Override
  public void unpin(Path pin) {
    throw none("pins");
  }

  @Override
  public synchronized List<Integer> programIds() {
    return programs.keySet().stream().sorted().toList();
  }

  @Override
  public synchronized List<Integer> mapIds() {
    return maps.keySet().stream().sorted().toList();
  }

  @Override
  public List<Integer> linkIds() {
    return links.stream().map(JvmLink::id).sorted().toList();
  }

  @Override
  public TraceStream tracePipe() {
    return new JvmTrace(environment);
  }

  @Override
  public RunStatistics statistics() {
    return new RunStatistics() {
      private volatile boolean open = true;

      @Override
      public boolean isOpen() {
        return open;
      }

      @Override
      public void close() {
        open = false;
      }
    };
  }

  @Override
  public RingPoller ringPoller() {
    return new RingPoller(new RingWaiter());
  }

  @Override
  public void close() {}
}
