/// Tests of eBPF programs: [org.ebpf4j.junit.BpfTest] is where it begins.
@NullMarked
package org.ebpf4j.junit;

import org.jspecify.annotations.NullMarked;
