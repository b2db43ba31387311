package org.ebpf4j;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.RingPoller;

/// A kernel that runs eBPF programs. What is here, every kernel can do; what only one can do is on
/// its own type. It may be used from any thread.
///
/// What a kernel gives (objects, maps, programs, links) holds one reference each and is closed by
/// who asked for it. Closing the kernel closes none of them; a closed kernel loads and makes
/// nothing more, and throws [IllegalStateException].
public interface Kernel extends AutoCloseable {
  /// Creates the maps of an object and loads its programs. Attaches nothing. If one of them fails,
  /// what was created before it is gone again when this returns.
  ///
  /// @throws org.ebpf4j.error.VerifierException where the verifier rejects a program
  /// @throws org.ebpf4j.error.PermissionException where a privilege is missing
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the kernel lacks what it needs
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses for another reason
  default BpfObject load(ObjectSpec spec) {
    return load(spec, LoadOptions.DEFAULT);
  }

  /// Loads an object as [#load(ObjectSpec)] does, with options.
  ///
  /// @throws IllegalArgumentException where an option holds a map or program of another kernel
  BpfObject load(ObjectSpec spec, LoadOptions options);

  /// Loads each program of an object by itself, the others switched off, attaches none, and tells
  /// what the kernel says of it. Nothing stays loaded, and no failure is thrown.
  void verify(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts);

  /// Loads the programs of an object together, as [#load(ObjectSpec)] does, and tells what the
  /// kernel says of each.
  void verifyWhole(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts);

  /// Creates one map by itself. Its keys and values are bytes; [RawMap#as(Class, Class)] gives them
  /// types.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  RawMap createMap(MapSpec spec);

  /// Opens a program by its id.
  ///
  /// @throws org.ebpf4j.error.KernelException where there is none (`ENOENT`)
  BpfProgram openProgram(int id);

  /// Opens a pinned program. Pins are names that hold a reference: what is pinned outlives whoever
  /// pinned it. On Linux they are files of a bpffs; other kernels keep paths of their own, which
  /// live as long as the kernel does.
  ///
  /// @throws org.ebpf4j.error.KernelException where there is no such pin (`ENOENT`)
  /// @throws org.ebpf4j.error.BpfException where it is the pin of something else
  BpfProgram openProgram(Path pin);

  /// Opens a map by its id.
  ///
  /// @throws org.ebpf4j.error.KernelException where there is none (`ENOENT`)
  RawMap openMap(int id);

  /// Opens a pinned map.
  ///
  /// @throws org.ebpf4j.error.KernelException where there is no such pin (`ENOENT`)
  /// @throws org.ebpf4j.error.BpfException where it is the pin of something else
  RawMap openMap(Path pin);

  /// Opens a link by its id.
  ///
  /// @throws org.ebpf4j.error.KernelException where there is none (`ENOENT`)
  Link openLink(int id);

  /// Opens a pinned link.
  ///
  /// @throws org.ebpf4j.error.KernelException where there is no such pin (`ENOENT`)
  /// @throws org.ebpf4j.error.BpfException where it is the pin of something else
  Link openLink(Path pin);

  /// Removes the pin of a program, map or link. What else refers to it is untouched.
  ///
  /// @throws org.ebpf4j.error.BpfException where there is no such pin
  void unpin(Path pin);

  /// The ids of all programs that are alive, ascending.
  List<Integer> programIds();

  /// The ids of all maps that are alive, ascending.
  List<Integer> mapIds();

  /// The ids of all links that are alive, ascending.
  List<Integer> linkIds();

  /// The lines that programs print with `bpf_trace_printk` from now on. Whoever opens one gets all
  /// of them, whatever others read.
  ///
  /// @throws org.ebpf4j.error.BpfException where the kernel does not give them; says why
  TraceStream tracePipe();

  /// Has the kernel count and time the runs of all programs, for as long as what this returns is
  /// open, or somebody else wants the same. [BpfProgram#statistics()] tells the counts.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the kernel cannot
  /// @throws org.ebpf4j.error.PermissionException where it may not be asked to
  RunStatistics statistics();

  /// Reads several rings in one thread; none at first.
  RingPoller ringPoller();

  @Override
  void close();
}
