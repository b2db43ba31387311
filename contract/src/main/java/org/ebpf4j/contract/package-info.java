/// Tests that every kernel passes. A test of a kernel extends a contract and gives its kernel; the
/// contracts know nothing but the interfaces of core.
@NullMarked
package org.ebpf4j.contract;

import org.jspecify.annotations.NullMarked;
