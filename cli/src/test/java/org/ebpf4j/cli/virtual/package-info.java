/// Tests of what happens in the virtual kernel, as the command line is told of it.
@org.jspecify.annotations.NullMarked
package org.ebpf4j.cli.virtual;
