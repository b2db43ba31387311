package org.ebpf4j.linux;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunStatistics;
import org.ebpf4j.Steps;
import org.ebpf4j.Verdict;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.buffer.Rings;
import org.ebpf4j.linux.inspect.BtfInfo;
import org.ebpf4j.linux.inspect.CgroupAttachment;
import org.ebpf4j.linux.inspect.DeviceXdp;
import org.ebpf4j.linux.inspect.HoldingProcess;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.inspect.NetworkAttachment;
import org.ebpf4j.linux.inspect.PerfAttachment;
import org.ebpf4j.linux.inspect.PinInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.load.Loader;
import org.ebpf4j.linux.internal.netlink.XdpRequests;
import org.ebpf4j.linux.internal.query.CgroupAttachments;
import org.ebpf4j.linux.internal.query.Holders;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.linux.internal.query.Ids;
import org.ebpf4j.linux.internal.query.Inventory;
import org.ebpf4j.linux.internal.query.LinkReading;
import org.ebpf4j.linux.internal.query.LoadedTypes;
import org.ebpf4j.linux.internal.query.NetworkAttachments;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.query.PerfSearch;
import org.ebpf4j.linux.internal.query.PinWalk;
import org.ebpf4j.linux.internal.query.Pins;
import org.ebpf4j.linux.internal.query.Surroundings;
import org.ebpf4j.linux.internal.reference.NetfilterNamespaces;
import org.ebpf4j.linux.internal.reference.ReferenceSearch;
import org.ebpf4j.linux.internal.release.Releasing;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References;
import org.ebpf4j.linux.reference.ReleaseStep;
import org.ebpf4j.linux.trace.TracePipe;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.RingPoller;

/// The kernel of this machine. It holds nothing itself: closing it closes none of the objects that
/// came from it, each of which is closed by who opened it; a closed kernel loads and opens nothing
/// more ([IllegalStateException]). It may be used from any thread.
public final class LinuxKernel implements Kernel {
  private static final int SEARCHES_REPEATED = 3;

  private final Steps steps;
  private volatile boolean closed;

  private LinuxKernel(Steps steps) {
    this.steps = steps;
  }

  /// The kernel of this machine.
  public static LinuxKernel open() {
    return new LinuxKernel(Steps.NONE);
  }

  /// Has system calls linked in another thread, so that the first call waits less for it.
  public static void prepare() {
    Bpf.prepare();
  }

  /// The kernel of this machine, where `steps` is told of each thing that is done.
  public static LinuxKernel open(Steps steps) {
    return new LinuxKernel(steps);
  }

  @Override
  public LinuxObject load(ObjectSpec spec) {
    return load(spec, LoadOptions.DEFAULT);
  }

  @Override
  public LinuxObject load(ObjectSpec spec, LoadOptions options) {
    return LinuxObject.load(steps(), spec, options);
  }

  /// Fits an object to this kernel, as loading it begins, and creates nothing. What can only be
  /// found out by trying counts as missing where this process may not try it.
  ///
  /// @throws BpfException where a struct of functions is not to be had in this kernel
  public FittedObject fit(ObjectSpec spec, FitOptions options) {
    try (var facts = new HostFacts()) {
      return FittedObject.of(spec, facts, options);
    }
  }

  @Override
  public void verify(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    LoadRequests.accept(options, request -> Loader.verify(spec, request, steps(), verdicts));
  }

  @Override
  public void verifyWhole(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    LoadRequests.accept(options, request -> Loader.verifyWhole(spec, request, steps(), verdicts));
  }

  @Override
  public LinuxMap createMap(MapSpec spec) {
    return LinuxMap.loaded(
        steps(), Loader.createMap(spec, steps()), MapTypes.of(spec, Optional.empty()));
  }

  /// The lines that programs print with `bpf_trace_printk` from now on, from a buffer that tracefs
  /// keeps for this pipe alone (`instances/ebpf4j-…`, 512 KiB for each CPU, removed when it is
  /// closed). Where the kernel gives none (before 5.9, or where tracefs may not be written), it is
  /// the machine's pipe; [TracePipe#sharedBecause()] says why.
  ///
  /// @throws org.ebpf4j.error.NotMountedException where tracefs is not mounted
  /// @throws org.ebpf4j.error.PermissionException where it may not be read
  @Override
  public TracePipe tracePipe() {
    checkOpen();
    return TracePipe.openOwn();
  }

  /// The machine's trace pipe: whatever is traced in its top-level buffer, also from before.
  /// Reading takes lines from it, away from other readers, and newer kernels allow one.
  ///
  /// @throws org.ebpf4j.error.NotMountedException where tracefs is not mounted
  /// @throws org.ebpf4j.error.PermissionException where it may not be read
  /// @throws KernelException where somebody else reads it (`EBUSY`)
  public TracePipe sharedTracePipe() {
    checkOpen();
    return TracePipe.openShared();
  }

  /// Has the kernel count and time the runs of all programs, for as long as what this returns is
  /// open, or somebody else wants the same. It makes each run slower by some tens of nanoseconds.
  /// [LinuxProgram#statistics()] tells the counts.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException before 5.8
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  @Override
  public RunStatistics statistics() {
    checkOpen();
    return LinuxRunStatistics.start();
  }

  @Override
  public RingPoller ringPoller() {
    checkOpen();
    return Rings.poller();
  }

  /// A TCP socket that listens, whose descriptor a program can be attached to.
  public ListeningSocket listen(InetSocketAddress address) {
    return ListeningSocket.open(address, false);
  }

  /// The same, where the socket shares its port with others of that user (`SO_REUSEPORT`).
  public ListeningSocket listenShared(InetSocketAddress address) {
    return ListeningSocket.open(address, true);
  }

  @Override
  public LinuxProgram openProgram(int id) {
    return LinuxProgram.opened(steps(), Ids.open(ObjectKind.PROGRAM, id));
  }

  @Override
  public LinuxProgram openProgram(Path pin) {
    return LinuxProgram.opened(steps(), Pins.open(pin, "prog"));
  }

  @Override
  public LinuxMap openMap(int id) {
    return LinuxMap.opened(steps(), Ids.open(ObjectKind.MAP, id));
  }

  @Override
  public LinuxMap openMap(Path pin) {
    return LinuxMap.opened(steps(), Pins.open(pin, "map"));
  }

  /// The XDP programs of a network device, whoever attached them and however.
  ///
  /// @param netns the network namespace of the device
  /// @throws org.ebpf4j.error.NotFoundException where there is none of that name
  /// @throws org.ebpf4j.error.KernelException where the kernel does not tell
  public DeviceXdp xdp(String device, Netns netns) {
    return XdpRequests.of(device, netns);
  }

  @Override
  public LinuxLink openLink(int id) {
    return LinuxLink.opened(steps(), Ids.open(ObjectKind.LINK, id), false);
  }

  @Override
  public LinuxLink openLink(Path pin) {
    return LinuxLink.opened(steps(), Pins.open(pin, "link"), true);
  }

  @Override
  public void unpin(Path pin) {
    if (Files.isDirectory(pin)) {
      throw new BpfException(pin + " is a directory, not a pin\n  try: PinDirectory.unpin");
    }
    PinDirectory.unpin(List.of(pin));
  }

  /// The references to all objects, found in one pass of some tens of milliseconds: who holds each,
  /// held against the kernel's own count. Without iterators (since 5.8, with BTF, `CAP_BPF` and
  /// `CAP_PERFMON`) the count is not known.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public ReferenceSnapshot references() {
    return ReferenceSearch.make();
  }

  /// The references to one object. Where the kernel's count changes during the search, as what was
  /// removed just before is freed only after an RCU grace period, the search is repeated, three
  /// times at most.
  ///
  /// @throws KernelException where there is none with that id
  public References references(ObjectKey object) {
    var references = search(object);
    for (int i = 0; references.changed() && i < SEARCHES_REPEATED; i++) {
      references = search(object);
    }
    return references;
  }

  private References search(ObjectKey object) {
    return references()
        .of(object)
        .orElseThrow(() -> new KernelException("GET_FD_BY_ID", Errno.ENOENT, "no " + object));
  }

  /// Does one step of a plan that frees objects, unless its place is not as the plan has it by now.
  ///
  /// @return whether something was done
  /// @throws BpfException where it is refused, or where the place is another by now
  public boolean release(ReleaseStep step) {
    step.action().ifPresent(action -> Releasing.perform(step.object(), action));
    return step.action().isPresent();
  }

  /// The references to a program, with those of this process.
  public References references(LinuxProgram program) {
    return references(ObjectKey.program(program.id()));
  }

  /// Those to a map.
  public References references(LinuxMap map) {
    return references(ObjectKey.map(map.id()));
  }

  @Override
  public List<Integer> programIds() {
    return ObjectInfo.ids(ObjectKind.PROGRAM);
  }

  @Override
  public List<Integer> mapIds() {
    return ObjectInfo.ids(ObjectKind.MAP);
  }

  @Override
  public List<Integer> linkIds() {
    return ObjectInfo.ids(ObjectKind.LINK);
  }

  /// All programs that are alive, in the order of ids.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public List<ProgramInfo> programs() {
    return Inventory.all(ObjectKind.PROGRAM, Inventory::program);
  }

  /// All maps that are alive, in the order of ids. Any thread may ask; nothing stays open.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public List<MapInfo> maps() {
    return Inventory.all(ObjectKind.MAP, Inventory::map);
  }

  /// What the kernel says of all links, by their ids, with the names of what they are on; devices
  /// are looked for in all network namespaces that can be entered.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the kernel has none (before 5.8)
  public List<LinkInfo> links() {
    return LinkReading.all();
  }

  /// The same of one link; empty where there is none with that id.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public Optional<LinkInfo> link(int id) {
    try (var surroundings = new Surroundings()) {
      return new LinkReading(surroundings).byId(id);
    }
  }

  /// The processes that have descriptors of objects of a kind, by the ids of these objects, as far
  /// as this process may look into others; none for types. [#references()] finds other holders.
  public Map<Integer, List<HoldingProcess>> processes(ObjectType type) {
    return Holders.all(type.label());
  }

  /// The descriptors by which programs are attached to perf events and raw tracepoints, as far as
  /// this process may look into others; before 5.15 all that is to be seen of these.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public List<PerfAttachment> perfAttachments() {
    return PerfSearch.all();
  }

  /// The programs on hooks of the network, whoever attached them: of all network namespaces that
  /// this process may enter, that of the calling thread first.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public List<NetworkAttachment> networkAttachments() {
    return NetworkAttachments.all(NetfilterNamespaces::of);
  }

  /// The programs on a cgroup, whoever attached them.
  ///
  /// @param effective whether those that run there are asked for, with those of the cgroups above;
  ///   they come without links and flags
  /// @throws org.ebpf4j.error.NotFoundException where the path is no cgroup of version 2
  /// @throws org.ebpf4j.error.PermissionException without `CAP_NET_ADMIN`
  public List<CgroupAttachment> cgroupAttachments(Path cgroup, boolean effective) {
    try (var surroundings = new Surroundings()) {
      return CgroupAttachments.of(surroundings, cgroup, effective);
    }
  }

  /// The programs on a cgroup and on those below it, directory by directory.
  ///
  /// @param root the cgroup; empty for all
  /// @throws org.ebpf4j.error.NotFoundException where the path is no cgroup of version 2
  /// @throws org.ebpf4j.error.NotMountedException where no path is given, and cgroups of version 2
  ///   are not mounted
  /// @throws org.ebpf4j.error.PermissionException without `CAP_NET_ADMIN`
  public List<CgroupAttachment> cgroupTree(Optional<Path> root, boolean effective) {
    try (var surroundings = new Surroundings()) {
      return CgroupAttachments.below(
          surroundings,
          root.or(() -> surroundings.cgroups().root()).orElseThrow(CgroupAttachments::notMounted),
          effective);
    }
  }

  /// All types (BTF) that the kernel holds, its own and those of modules among them, in the order
  /// of ids. Any thread may ask; nothing stays open.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public List<BtfInfo> types() {
    return Inventory.all(ObjectKind.TYPES, Inventory::types);
  }

  /// The types (BTF) with an id: what a program or map was loaded with, the kernel's own, or those
  /// of a module, which continue the kernel's. Any thread may ask; nothing stays open.
  ///
  /// @throws org.ebpf4j.error.KernelException where there are none (`ENOENT`)
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public Btf types(int id) {
    return LoadedTypes.of(id)
        .orElseThrow(() -> new NotFoundException("types with id", "0", List.of()));
  }

  /// All pins below the places where a bpffs is mounted in this thread's mount namespace, in the
  /// order of their paths. Any thread may ask; nothing stays open.
  ///
  /// @throws BpfException where a directory may not be read
  public List<PinInfo> pins() {
    return PinWalk.all();
  }

  @Override
  public String toString() {
    return "the kernel of this machine, Linux " + KernelRelease.name();
  }

  @Override
  public void close() {
    closed = true;
  }

  /// For what makes or opens something: a closed kernel does not.
  private Steps steps() {
    checkOpen();
    return steps;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
  }
}
