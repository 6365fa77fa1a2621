import { Body, Controller, Delete, Get, Param, Patch, Put } from '@nestjs/common';
import type { z } from 'zod';
import { UserScoped } from '#platform';
import type { Candidate } from './candidate.entity.js';
import { type CandidateChange, candidateParams, candidateSchema } from './candidate-request.js';
import { CandidatesService } from './candidates.service.js';

type Params = z.output<typeof candidateParams>;

@UserScoped()
@Controller('api/candidates/:user_id')
export class CandidatesController {
  constructor(private readonly candidates: CandidatesService) {}

  @Get()
  async get(@Param({ schema: candidateParams }) { user_id }: Params) {
    return answer(await this.candidates.get(user_id));
  }

  @Put()
  async put(
    @Param({ schema: candidateParams }) { user_id }: Params,
    @Body({ schema: candidateSchema }) change: CandidateChange,
  ) {
    return answer(await this.candidates.put(user_id, change));
  }

  @Patch()
  async patch(
    @Param({ schema: candidateParams }) { user_id }: Params,
    @Body({ schema: candidateSchema }) change: CandidateChange,
  ) {
    return answer(await this.candidates.patch(user_id, change));
  }

  @Delete()
  async delete(@Param({ schema: candidateParams }) { user_id }: Params) {
    await this.candidates.delete(user_id);
    return { success: true, message: 'Candidate deleted', user_id };
  }
}

/** Flat, as the guide reads it; may be sent back unchanged as `personal`. */
function answer(candidate: Candidate) {
  return { ...candidate, phone_number: candidate.phone };
}
