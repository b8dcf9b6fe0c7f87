import { describeCarrier } from '../../tests/conformance/carrier.ts';
import { sandboxBench } from '../../tests/conformance/sandbox_bench.ts';

describeCarrier('sandbox', sandboxBench);
